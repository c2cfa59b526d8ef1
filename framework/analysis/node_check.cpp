#include "analysis/node_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "analysis/case_file.hpp"
#include "analysis/contract_check.hpp"
#include "analysis/diagnosis.hpp"
#include "analysis/single_check.hpp"
#include "analysis/witness.hpp"

namespace graph_runner {

namespace {

// Of one entry, where the sum says that something is wrong: rounding may then be as large, a mistake is
// larger.
constexpr double entry_tolerance = 1e-9;
constexpr std::size_t most_entries = 2048;  // of a gradient that is looked at entry by entry

double norm(const std::vector<Entries>& all) {
  double square = 0;
  for (const Entries& entries : all)
    for (const double x : entries) square += x * x;
  return std::sqrt(square);
}

class NodeChecker {
 public:
  NodeChecker(Trial& trial, Stream& stream, const CheckOptions& options, NodeCheck& report)
      : trial_(trial), s_(trial.subject()), stream_(stream), options_(options), report_(report) {}

  void check() {
    for (std::size_t t = 0; t < trial_.tensors(); ++t) {
      if (!s_.takes_gradient(t)) continue;
      report_.entries += static_cast<std::int64_t>(trial_.gradient(t).size());
      const bool fine = !use_duals() || agrees(t) || explain(t);
      if (fine && options_.numeric) check_numeric(t);
    }
    trial_.restore();  // differences leave the outputs of other points
    if (use_duals()) check_duals();
  }

  // The identity at this point, for all ports; used again beside a kink.
  bool all_agree() {
    for (std::size_t t = 0; t < trial_.tensors(); ++t)
      if (s_.takes_gradient(t) && !agrees(t)) return false;
    return true;
  }

 private:
  bool use_duals() const { return options_.exact && trial_.has_duals(); }

  // ⟨v, J u⟩ = ⟨Jᵀ v, u⟩ for a random u.
  bool agrees(std::size_t t) {
    const Entries& g = trial_.gradient(t);
    Entries u(g.size());
    fill_normal(stream_, 0, 1, u);
    const double error = relative_error(g, u, trial_.exact(t, u));
    if (!(error <= exact_tolerance)) return false;
    report_.exact.add(static_cast<std::int64_t>(g.size()), error);
    return true;
  }

  // Where the identity fails: finds the entries that are wrong. Returns whether there are none but kinks.
  bool explain(std::size_t t) {
    const KnownGradient known = know(t);
    const Entries& g = trial_.gradient(t);
    double largest = 0;
    for (const double e : known.right) largest = std::max(largest, std::abs(e));
    std::size_t worst = 0;
    double worst_error = 0;
    std::int64_t kinks = 0;
    for (std::size_t k = 0; k < known.where.size(); ++k) {
      const std::size_t i = known.where[k];
      const double error = std::abs(g[i] - known.right[k]);
      if (error <= entry_tolerance * (known.scale[k] + std::abs(g[i])) + exact_tolerance * largest) continue;
      if (compare_with_differences(trial_.claim(t, i, g[i])).verdict == Witness::kink) {
        if (kinks++ == 0 && worst_error == 0) worst = k;
        continue;
      }
      const double relative = error / (known.scale[k] + std::abs(g[i]));
      if (relative > worst_error || !std::isfinite(relative)) {
        worst = k;
        worst_error = std::isfinite(relative) ? relative : INFINITY;
      }
    }
    if (worst_error == 0 && (kinks == 0 || agree_beside_kinks())) {
      report_.kinks += kinks;
      return true;
    }
    fail(t, known, worst);
    return false;
  }

  // Exact derivatives by the entries of tensor t: all, or where there are many, the one that halving finds
  // and a sample of others in its row, its column and elsewhere.
  KnownGradient know(std::size_t t) {
    KnownGradient known{t, {}, {}, {}};
    const std::size_t n = trial_.gradient(t).size();
    if (n <= most_entries) {
      known.where.resize(n);
      std::iota(known.where.begin(), known.where.end(), std::size_t{0});
    } else {
      const std::size_t found = halve(t);
      const auto columns = static_cast<std::size_t>(s_.shapes[t].empty() ? 1 : s_.shapes[t].back());
      std::set<std::size_t> sample{found};
      for (std::size_t k = 0; k < 64; ++k) {
        sample.insert(found / columns * columns + stream_() % columns);
        sample.insert(stream_() % (n / columns) * columns + found % columns);
        sample.insert(stream_() % n);
      }
      known.where.assign(sample.begin(), sample.end());
    }
    for (const std::size_t i : known.where) {
      const Derivative d = trial_.exact(t, i);
      known.right.push_back(d.value);
      known.scale.push_back(d.scale);
    }
    return known;
  }

  std::size_t halve(std::size_t t) {
    const Entries& g = trial_.gradient(t);
    return find_by_halving(g.size(), [&](std::size_t from, std::size_t to) {
      Entries u(g.size());
      fill_normal(stream_, 0, 1, std::span(u).subspan(from, to - from));
      return relative_error(g, u, trial_.exact(t, u));
    });
  }

  // Whether the identity holds at a point nearby, where there are no kinks.
  bool agree_beside_kinks() {
    for (int attempt = 0; attempt < 3; ++attempt) {
      std::vector<Entries> beside = trial_.point();
      for (std::size_t t = 0; t < trial_.tensors(); ++t) {
        if (!s_.takes_gradient(t)) continue;
        const Entries fresh = draw_for_port(s_, t, stream_, EntryDraw::smooth);
        for (std::size_t i = 0; i < fresh.size(); ++i) beside[t][i] += 1e-3 * (fresh[i] - beside[t][i]);
      }
      Trial trial(s_, beside, stream_);
      NodeCheck unused;
      if (NodeChecker(trial, stream_, options_, unused).all_agree()) return true;
    }
    return false;
  }

  void fail(std::size_t t, const KnownGradient& known, std::size_t worst) {
    const std::size_t i = known.where[worst];
    WrongEntry entry{s_.label(t), index_of(s_.shapes[t], i), trial_.gradient(t)[i], known.right[worst], {}};
    const Witness w = compare_with_differences(trial_.claim(t, i, entry.backward));
    if (w.verdict != Witness::unknown) entry.numeric = w.numeric;
    const double relative =
        std::abs(entry.backward - known.right[worst]) /
        (known.scale[worst] + std::abs(entry.backward) + std::numeric_limits<double>::min());
    report_.exact.add(static_cast<std::int64_t>(trial_.gradient(t).size()), relative);
    add("exact", std::move(entry), diagnose(trial_, known));
  }

  void add(const char* check, WrongEntry entry, std::string diagnosis) {
    std::string message = fmt::format("the gradient of port '{}' is wrong", entry.port);
    report_.findings.push_back({check, std::move(message), std::move(entry), std::move(diagnosis)});
    if (report_.failing_case.empty()) report_.failing_case = case_file(s_, trial_.point());
  }

  // Differences, for all entries where they are few.
  void check_numeric(std::size_t t) {
    const Entries& g = trial_.gradient(t);
    std::vector<std::uint32_t> where(g.size());
    std::iota(where.begin(), where.end(), 0u);
    const auto most = static_cast<std::size_t>(options_.numeric_entries);
    if (where.size() > most) {
      for (std::size_t k = 0; k < most; ++k) std::swap(where[k], where[k + stream_() % (where.size() - k)]);
      where.resize(most);
    }
    for (const std::uint32_t i : where) {
      const Witness w = compare_with_differences(trial_.claim(t, i, g[i]));
      if (w.verdict == Witness::kink) ++report_.kinks;
      if (w.verdict == Witness::kink || w.verdict == Witness::unknown) continue;
      report_.numeric.add(1, w.error);
      if (w.verdict == Witness::agrees) continue;
      WrongEntry entry{s_.label(t), index_of(s_.shapes[t], i), g[i], {}, w.numeric};
      if (use_duals()) entry.exact = trial_.exact(t, i).value;
      const bool both = entry.exact && std::abs(*entry.exact - g[i]) <= 1e-6 * std::abs(g[i]);
      return add("numeric", std::move(entry),
                 both ? "forward on duals agrees with it: both differ from what forward on doubles does"
                      : diagnose_numeric(t));
    }
  }

  // The hypotheses, tried on differences where there is nothing exact.
  std::string diagnose_numeric(std::size_t t) {
    const Entries& g = trial_.gradient(t);
    if (g.size() > 256) return "";
    KnownGradient known{t, {}, {}, {}};
    for (std::size_t i = 0; i < g.size(); ++i) {
      const double numeric = compare_with_differences(trial_.claim(t, i, g[i])).numeric;
      known.where.push_back(i);
      known.right.push_back(numeric);
      known.scale.push_back(std::max(100 * std::abs(numeric), 1e-3));  // what differences can tell apart
    }
    return diagnose(trial_, known);
  }

  // The values of duals are those of doubles, and second derivatives are symmetric: ⟨w, H u⟩ = ⟨u, H w⟩.
  void check_duals() {
    for (std::size_t o = 0; o < trial_.tensors(); ++o) {
      if (s_.port(o).role != GR_OUTPUT) continue;
      const Entries a = read(trial_.probe().value(o)), b = read(trial_.dual().value(o));
      double size = 0;
      for (const double x : a) size = std::max(size, std::abs(x));
      for (std::size_t i = 0; i < a.size(); ++i)
        if (std::abs(a[i] - b[i]) > 1e-10 * size)
          return (void)report_.findings.push_back(
              {"duals", fmt::format("output '{}' is {} on doubles but {} on duals", s_.label(o), a[i], b[i]),
               std::nullopt, ""});
    }
    // Of many entries, once: these walks cost more than all others.
    std::size_t entries = 0;
    for (std::size_t t = 0; t < trial_.tensors(); ++t) entries += trial_.gradient(t).size();
    if (entries > most_entries && report_.points > 1) return;
    std::vector<Entries> u(trial_.tensors()), w(trial_.tensors());
    for (std::size_t t = 0; t < trial_.tensors(); ++t) {
      if (!s_.takes_gradient(t)) continue;
      u[t].resize(trial_.gradient(t).size());
      w[t] = u[t];
      fill_normal(stream_, 0, 1, u[t]);
      fill_normal(stream_, 0, 1, w[t]);
    }
    const Derivative a = trial_.second(u, w), b = trial_.second(w, u);
    // Where second derivatives cancel to nearly nothing, what is left is rounding of the size of the factors.
    const double factors = norm(trial_.cotangent()) * norm(u) * norm(w);
    if (std::abs(a.value - b.value) <= 1e-9 * (a.scale + b.scale + factors) || !report_.findings.empty() ||
        report_.kinks > 0 || !std::isfinite(a.value))
      return;
    report_.findings.push_back(
        {"second",
         fmt::format("second derivatives are not symmetric: ⟨w, H u⟩ = {}, ⟨u, H w⟩ = {}", a.value, b.value),
         std::nullopt, "backward on duals does not differentiate what backward on doubles computes"});
  }

  Trial& trial_;
  const Subject& s_;
  Stream& stream_;
  const CheckOptions& options_;
  NodeCheck& report_;
};

}  // namespace

Entries draw_for_port(const Subject& s, std::size_t t, Stream& stream, EntryDraw how) {
  const Port& p = s.port(t);
  std::vector<Domain> domains;
  if (p.domain != GR_REALS) domains.push_back({p.domain, p.lower, p.upper, ""});
  Entries drawn(static_cast<std::size_t>(entries_of(s.shapes[t])));
  draw_entries(domains, s.shapes[t], stream, how, drawn);
  return drawn;
}

void check_node(const Subject& subject, const std::vector<Entries>& point, Stream& stream,
                const CheckOptions& options, NodeCheck& report) {
  const std::size_t findings = report.findings.size();
  Trial trial(subject, point, stream);
  ++report.points;
  // Gradients first: what breaks the contract may follow from a wrong one, which has a name.
  if (subject.type->differentiable()) NodeChecker(trial, stream, options, report).check();
  trial.restore();
  if (options.contract) check_contract(trial, stream, report);
  if (options.contract && subject.type->supports(ScalarType::float32)) check_single(trial, stream, report);
  if (report.findings.size() > findings && report.failing_case.empty())
    report.failing_case = case_file(subject, point);
}

}  // namespace graph_runner
