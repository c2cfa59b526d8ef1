#include "analysis/whole_check.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "analysis/trial.hpp"
#include "analysis/walk_spread.hpp"

namespace graph_runner {

namespace {

constexpr std::size_t numeric_entries = 6;   // of each parameter and input
constexpr std::size_t most_calls = 1000000;  // of nodes, at one point: about a second

class WholeChecker {
 public:
  WholeChecker(const Graph& graph, const std::vector<ValueId>& seeds, Evaluation& here, Stream& stream,
               GraphCheck& report)
      : g_(graph), seeds_(seeds), here_(here), stream_(stream), report_(report) {}

  // Returns whether the point is fine: not at a kink.
  bool check() {
    if (!walk_back()) return true;
    make_duals();
    const std::size_t calls = here_.plan.forward().size();
    // Each takes a walk: where that would be very many, several share one as long as nothing is wrong.
    const std::size_t together = 1 + wanted_.size() * calls / most_calls;
    const std::size_t apart = 1 + wanted_.size() * numeric_entries * 3 * calls / most_calls;
    for (std::size_t first = 0; first < wanted_.size(); first += together) {
      const std::size_t end = std::min(first + together, wanted_.size());
      const bool fine = duals_ && together > 1 && agree_together(first, end);
      for (std::size_t k = first; k < end; ++k) {
        WholeCheck& w = entry_of(wanted_[k]);
        if (!w.findings.empty()) continue;
        if ((fine || !duals_ || check_exact(wanted_[k], w)) &&
            (k + static_cast<std::size_t>(report_.points)) % apart == 0)
          check_numeric(wanted_[k], w);
      }
    }
    return !met_kink_;
  }

 private:
  // The gradients by reverse mode; says why where there are none.
  bool walk_back() {
    PlanRequest request;
    request.sizes = here_.plan.request().sizes;
    request.scalar = ScalarType::float64;
    request.seeds = seeds_;
    for (const auto& ids : {g_.parameters(), g_.inputs()})
      std::copy_if(ids.begin(), ids.end(), std::back_inserter(request.wanted),
                   [&](ValueId v) { return !g_.values()[v].discrete; });
    if (request.wanted.empty()) {
      report_.failure = "the graph has neither parameters nor inputs: there is nothing to differentiate by";
      return false;
    }
    std::unique_ptr<Evaluation> e;
    try {
      e = std::make_unique<Evaluation>(g_, request);
    } catch (const Error& error) {
      if (error.exit() != Exit::bad_request) throw;
      report_.failure = fmt::format("nothing differentiable is reached: {}", error.problems()[0].message);
      return false;
    }
    load(*e);
    walk_forward(e->workspace, e->step);
    for (const ValueId v : seeds_) {
      const Tensor t = e->workspace.gradient(v);
      if (!t.data) continue;  // no wanted value influences it
      cotangent_[v].resize(static_cast<std::size_t>(t.entries));
      fill_normal(stream_, 0, 1, cotangent_[v]);
      write(t, cotangent_[v]);
    }
    walk_backward(e->workspace, e->step);
    for (const ValueId v : request.wanted)
      if (const Tensor t = e->workspace.gradient(v); t.data) {
        wanted_.push_back(v);
        gradients_[v] = read(t);
        largest_[v] = largest(gradients_[v]);
      }
    return true;
  }

  void load(Evaluation& e) const {
    e.step = here_.step;
    for (ValueId v = 0; v < g_.values().size(); ++v) {
      if (g_.values()[v].origin != Origin::input && g_.values()[v].origin != Origin::parameter) continue;
      if (const Tensor t = e.workspace.value(v); t.data) write(t, read(here_.workspace.value(v)));
    }
  }

  void make_duals() {
    PlanRequest request;
    request.sizes = here_.plan.request().sizes;
    request.scalar = ScalarType::dual64;
    request.keep = seeds_;
    for (const ValueId v : g_.inputs()) request.keep.push_back(v);  // walked again and again
    try {
      duals_ = std::make_unique<Evaluation>(g_, request);
    } catch (const Error& e) {
      if (e.exit() != Exit::bad_request) throw;
      const std::string note = e.problems()[0].message + ": the whole graph is checked by differences alone";
      if (std::find(report_.notes.begin(), report_.notes.end(), note) == report_.notes.end())
        report_.notes.push_back(note);
      return;
    }
    load(*duals_);
  }

  WholeCheck& entry_of(ValueId v) {
    const Value& value = g_.values()[v];
    const auto [at, added] = report_.whole_index.try_emplace(value.name, report_.whole.size());
    if (!added) return report_.whole[at->second];
    WholeCheck& w = report_.whole.emplace_back();
    w.name = value.name;
    w.parameter = value.origin == Origin::parameter;
    w.entries = static_cast<std::int64_t>(gradients_[v].size());
    return w;
  }

  // ⟨v, J u⟩ for the direction u that the tangents of the duals hold.
  Derivative exact_along() {
    walk_forward(duals_->workspace, duals_->step);
    return derivative_along(*duals_, cotangent_);
  }
  // The same for a direction of x alone.
  Derivative exact(ValueId x, const Entries& u) {
    const Tensor t = duals_->workspace.value(x);
    write_tangents(t, u);
    const Derivative d = exact_along();
    write_tangents(t, Entries(u.size()));
    return d;
  }

  // The identity for directions of all that stand at first … end - 1.
  bool agree_together(std::size_t first, std::size_t end) {
    Entries all_g;
    for (std::size_t k = first; k < end; ++k) {
      const Entries& g = gradients_[wanted_[k]];
      all_g.insert(all_g.end(), g.begin(), g.end());
    }
    double worst = 0;
    for (const std::vector<std::size_t>& entries : by_magnitude(all_g)) {
      const Entries all_u = random_in(all_g.size(), entries);
      auto from = all_u.begin();
      for (std::size_t k = first; k < end; ++k) {
        const auto count = static_cast<std::ptrdiff_t>(gradients_[wanted_[k]].size());
        write_tangents(duals_->workspace.value(wanted_[k]), Entries(from, from + count));
        from += count;
      }
      worst = std::max(worst, relative_error(all_g, all_u, exact_along()));
    }
    for (std::size_t k = first; k < end; ++k) {
      const std::size_t entries = gradients_[wanted_[k]].size();
      write_tangents(duals_->workspace.value(wanted_[k]), Entries(entries));
      if (worst <= exact_tolerance)
        entry_of(wanted_[k]).measures[exact_measure].add(static_cast<std::int64_t>(entries), worst);
    }
    return worst <= exact_tolerance;
  }

  // A direction that is random in some entries, and 0 elsewhere.
  Entries random_in(std::size_t size, std::span<const std::size_t> entries) {
    Entries some(entries.size()), u(size);
    fill_normal(stream_, 0, 1, some);
    for (std::size_t k = 0; k < entries.size(); ++k) u[entries[k]] = some[k];
    return u;
  }

  bool check_exact(ValueId x, WholeCheck& w) {
    const Entries& g = gradients_[x];
    const auto entries = static_cast<std::int64_t>(g.size());
    // Those of each magnitude by themselves: the sum of all would hide a mistake in a small one.
    double worst = 0;
    for (const std::vector<std::size_t>& like : by_magnitude(g)) {
      const auto error_of = [&](std::size_t from, std::size_t to) {
        const Entries u = random_in(g.size(), std::span(like).subspan(from, to - from));
        return relative_error(g, u, exact(x, u));
      };
      const double error = error_of(0, like.size());
      worst = std::max(worst, error);
      if (error <= exact_tolerance) continue;
      const std::size_t i = like[find_by_halving(like.size(), error_of)];
      const Witness witness = compare_with_differences(asserted(x, i));
      if (witness.verdict == Witness::kink) {
        ++w.kinks;
        met_kink_ = true;
        return false;
      }
      const Derivative right = exact(x, unit(g.size(), i));
      if (is_rounding(x, i, right)) {
        worst = 0;
        continue;
      }
      w.measures[exact_measure].add(entries, error);
      WrongEntry entry{
          g_.values()[x].name, index_of(*here_.workspace.value(x).shape, i), g[i], right.value, {}};
      if (witness.verdict != Witness::unknown) entry.numeric = witness.numeric;
      fail("exact", w, std::move(entry));
      return false;
    }
    w.measures[exact_measure].add(entries, worst);
    return true;
  }

  static Entries unit(std::size_t size, std::size_t i) {
    Entries u(size);
    u[i] = 1;
    return u;
  }

  // A deep graph loses more digits, and where terms cancel, what is left may be their rounding: as much as
  // walks show in which every call errs a little.
  bool is_rounding(ValueId x, std::size_t i, const Derivative& right) {
    const double g = gradients_[x][i], error = std::abs(g - right.value);
    if (error <= 1e-9 * (right.scale + std::abs(g)) + smallest_telling) return true;
    WalkSpread walks{g_, here_.plan.request().sizes, seeds_, cotangent_, [this](Evaluation& e) { load(e); }};
    return error <= spread_of_walks(walks, x, i, g, right.value, stream_);
  }

  void fail(const char* check, WholeCheck& w, WrongEntry entry) {
    std::vector<std::string> wrong;
    for (const NodeCheck& n : report_.nodes)
      if (!n.ok()) wrong.push_back("'" + n.name + "'");
    const std::string why =
        wrong.empty() ? "every node is right on its own: what differs is how they are joined"
                      : fmt::format("what is wrong with node {} explains it", fmt::join(wrong, ", "));
    w.findings.push_back({check, fmt::format("the gradient of the objective by '{}' is wrong", w.name),
                          std::move(entry), why});
  }

  Asserted asserted(ValueId x, std::size_t i) {
    double* const entry = &here_.workspace.value(x).as<double>()[i];
    return {gradients_[x][i], *entry, largest_.at(x), [entry](double there) { *entry = there; },
            [this] {
              walk_forward(here_.workspace, here_.step);
              Entries all;
              for (const auto& [seed, v] : cotangent_)
                for (std::size_t k = 0; k < v.size(); ++k)
                  all.push_back(v[k] * here_.workspace.value(seed).as<double>()[k]);
              return all;
            }};
  }

  void check_numeric(ValueId x, WholeCheck& w) {
    const Entries& g = gradients_[x];
    for (std::size_t k = 0; k < std::min(numeric_entries, g.size()); ++k) {
      const std::size_t i = g.size() <= numeric_entries ? k : stream_() % g.size();
      const Witness witness = compare_with_differences(asserted(x, i));
      if (witness.verdict == Witness::kink) ++w.kinks;
      if (witness.verdict == Witness::kink || witness.verdict == Witness::unknown) continue;
      w.measures[numeric_measure].add(1, witness.error);
      if (witness.verdict == Witness::agrees) continue;
      WrongEntry entry{
          g_.values()[x].name, index_of(*here_.workspace.value(x).shape, i), g[i], {}, witness.numeric};
      return fail("numeric", w, std::move(entry));
    }
  }

  const Graph& g_;
  const std::vector<ValueId>& seeds_;
  Evaluation& here_;
  Stream& stream_;
  GraphCheck& report_;
  std::unique_ptr<Evaluation> duals_;
  std::map<ValueId, Entries> cotangent_, gradients_;
  std::map<ValueId, double> largest_;  // of each gradient
  std::vector<ValueId> wanted_;
  bool met_kink_ = false;
};

}  // namespace

bool check_whole(const Graph& graph, const std::vector<ValueId>& seeds, Evaluation& here, Stream& stream,
                 GraphCheck& report) {
  return WholeChecker(graph, seeds, here, stream, report).check();
}

}  // namespace graph_runner
