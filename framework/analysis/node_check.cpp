#include "analysis/node_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "analysis/case_file.hpp"
#include "analysis/contract_check.hpp"
#include "analysis/diagnosis.hpp"
#include "analysis/exact_check.hpp"
#include "analysis/kink_check.hpp"
#include "analysis/line_check.hpp"
#include "analysis/witness.hpp"

namespace graph_runner {

namespace {

constexpr std::size_t many_entries = 2048;

double norm(const std::vector<Entries>& all) {
  double square = 0;
  for (const Entries& entries : all)
    for (const double x : entries) square += x * x;
  return std::sqrt(square);
}

class NodeChecker {
 public:
  NodeChecker(Trial& trial, Stream& stream, const CheckOptions& options, NodeCheck& report)
      : trial_(trial),
        s_(trial.subject()),
        stream_(stream),
        options_(options),
        report_(report),
        exact_(trial, stream) {}

  void check() {
    for (std::size_t t = 0; t < trial_.tensors(); ++t) {
      if (!s_.takes_gradient(t)) continue;
      report_.entries += static_cast<std::int64_t>(trial_.gradient(t).size());
      const bool fine = !use_duals() || exact_.agrees(t, report_.measures[exact_measure]) || explain(t);
      if (fine && options_.numeric) check_numeric(t);
    }
    trial_.restore();  // differences leave the outputs of other points
    if (met_kink_ && report_.findings.empty()) check_kinks(trial_, stream_, report_);
    if (use_duals()) check_duals();
  }

  // The identity at this point, for all ports; used again beside a kink.
  bool all_agree() {
    for (std::size_t t = 0; t < trial_.tensors(); ++t)
      if (s_.takes_gradient(t) && !exact_.agrees(t, report_.measures[exact_measure])) return false;
    return true;
  }

 private:
  bool use_duals() const { return options_.exact && trial_.has_duals(); }

  // Where the identity fails: finds the entries that are wrong. Returns whether there are none but kinks.
  bool explain(std::size_t t) {
    const KnownGradient known = exact_.know(t);
    const Entries& g = trial_.gradient(t);
    std::size_t worst = 0;
    double worst_error = 0, told = 0;
    std::int64_t kinks = 0;
    for (std::size_t k = 0; k < known.where.size(); ++k) {
      const double error = std::abs(g[known.where[k]] - known.right[k]);
      const double relative = error / (known.scale[k] + std::abs(g[known.where[k]]) + smallest_telling);
      if (!exact_.is_wrong(known, k)) {
        if (relative <= exact_tolerance) told = std::max(told, relative);
        continue;
      }
      if (exact_.at_kink(known, k)) {
        if (kinks++ == 0 && worst_error == 0) worst = k;
      } else if (relative > worst_error || !std::isfinite(relative)) {
        worst = k;
        worst_error = std::isfinite(relative) ? relative : INFINITY;
      }
    }
    trial_.restore();
    if (worst_error == 0 && (kinks == 0 || agree_beside_kinks())) {
      report_.kinks += kinks;
      met_kink_ = met_kink_ || kinks > 0;
      report_.measures[exact_measure].add(static_cast<std::int64_t>(known.where.size()), told);
      return true;
    }
    fail(t, known, worst);
    return false;
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
    const Witness w = compare_with_differences(trial_.asserted(t, i, entry.backward));
    if (w.verdict != Witness::unknown) entry.numeric = w.numeric;
    const double relative =
        std::abs(entry.backward - known.right[worst]) /
        (known.scale[worst] + std::abs(entry.backward) + std::numeric_limits<double>::min());
    report_.measures[exact_measure].add(static_cast<std::int64_t>(trial_.gradient(t).size()), relative);
    trial_.restore();
    add("exact", std::move(entry), explained(t, hypotheses(trial_, known)));
  }

  void add(const char* check, WrongEntry entry, std::vector<std::vector<Hypothesis>> seen,
           std::string diagnosis = "") {
    std::string message = fmt::format("the gradient of port '{}' is wrong", entry.port);
    report_.findings.push_back(
        {check, std::move(message), std::move(entry), std::move(diagnosis), std::move(seen)});
    if (report_.failing_case.empty()) report_.failing_case = case_file(s_, trial_.point());
  }

  // What would explain it here, and at other points of the same node at which it fails.
  std::vector<std::vector<Hypothesis>> explained(std::size_t t, std::vector<Hypothesis> here) {
    std::vector<std::vector<Hypothesis>> seen{std::move(here)};
    const auto enough = 1 + static_cast<std::size_t>(options_.fresh_points);
    for (int draw = 0;
         use_duals() && draw < 3 * options_.fresh_points && seen.size() < enough && !seen[0].empty();
         ++draw) {
      std::vector<Entries> fresh = trial_.point();
      for (std::size_t k = 0; k < trial_.tensors(); ++k)
        if (s_.takes_gradient(k))
          fresh[k] = draw_for_port(s_, k, stream_, draw % 2 ? EntryDraw::wide : EntryDraw::smooth);
      Trial trial(s_, fresh, stream_);
      if (auto found = ExactCheck(trial, stream_).explanations(t)) seen.push_back(std::move(*found));
    }
    return seen;
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
      const Witness w = compare_with_differences(trial_.asserted(t, i, g[i]));
      if (w.verdict == Witness::kink) ++report_.kinks, met_kink_ = true;
      if (w.verdict == Witness::kink || w.verdict == Witness::unknown) continue;
      const bool agrees = w.verdict == Witness::agrees;
      if (!agrees && use_duals() && exact_.lost(t, i, std::abs(w.numeric - g[i]), 1e-7)) continue;
      report_.measures[numeric_measure].add(1, w.error);
      if (agrees) continue;
      WrongEntry entry{s_.label(t), index_of(s_.shapes[t], i), g[i], {}, w.numeric};
      if (use_duals()) entry.exact = trial_.exact(t, i).value;
      const bool both = entry.exact && std::abs(*entry.exact - g[i]) <= 1e-6 * std::abs(g[i]);
      if (both)
        return add("numeric", std::move(entry), {},
                   "forward on duals agrees with it: both differ from what forward on doubles does");
      return add("numeric", std::move(entry), {hypotheses_by_differences(t)});
    }
  }

  // The hypotheses, tried on differences where there is nothing exact.
  std::vector<Hypothesis> hypotheses_by_differences(std::size_t t) {
    const Entries& g = trial_.gradient(t);
    if (g.size() > 256) return {};
    KnownGradient known{t, {}, {}, {}};
    for (std::size_t i = 0; i < g.size(); ++i) {
      const double numeric = compare_with_differences(trial_.asserted(t, i, g[i])).numeric;
      known.where.push_back(i);
      known.right.push_back(numeric);
      known.scale.push_back(std::max(100 * std::abs(numeric), 1e-3));  // what differences can tell apart
    }
    return hypotheses(trial_, known);
  }

  // The values of duals are those of doubles, and second derivatives are symmetric: ⟨w, H u⟩ = ⟨u, H w⟩.
  void check_duals() {
    trial_.dual().forward();
    for (std::size_t o = 0; o < trial_.tensors(); ++o) {
      if (s_.port(o).role != GR_OUTPUT) continue;
      const Entries a = read(trial_.probe().value(o)), b = read(trial_.dual().value(o));
      double size = 0;
      for (const double x : a) size = std::max(size, std::abs(x));
      for (std::size_t i = 0; i < a.size(); ++i)
        if (std::abs(a[i] - b[i]) > 1e-10 * size + smallest_telling)
          return (void)report_.findings.push_back(
              {"duals", fmt::format("output '{}' is {} on doubles but {} on duals", s_.label(o), a[i], b[i]),
               std::nullopt, ""});
    }
    // Of many entries, once: these walks cost more than all others.
    std::size_t entries = 0;
    for (std::size_t t = 0; t < trial_.tensors(); ++t) entries += trial_.gradient(t).size();
    if (entries > many_entries && report_.points > 1) return;
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
  ExactCheck exact_;
  bool met_kink_ = false;
};

void add_once(std::vector<std::string>& notes, std::string note) {
  if (std::find(notes.begin(), notes.end(), note) == notes.end()) notes.push_back(std::move(note));
}

// Follows lines from the trial's point, and checks the node where it is suspected of a mistake.
void follow_lines(Trial& trial, Stream& stream, const CheckOptions& options, NodeCheck& report) {
  const LineFindings found = check_lines(trial, stream);
  report.bends += found.bends;
  if (!found.all)
    add_once(report.notes, fmt::format("{} bends at more places than were sought along lines (32 on each): "
                                       "beyond them, it was tried at random points alone",
                                       report.type.empty() ? trial.subject().type->name() : report.type));
  for (const std::vector<Entries>& point : found.suspects) {
    Trial there(trial.subject(), point, stream);
    NodeChecker(there, stream, options, report).check();
    if (!report.findings.empty()) return;
  }
}

}  // namespace

void check_node(const Subject& subject, const std::vector<Entries>& point, Stream& stream,
                const CheckOptions& options, NodeCheck& report) {
  for (std::size_t t = 0; t < point.size(); ++t)
    if (!std::isfinite(largest(point[t])))
      return add_once(report.notes, fmt::format("node '{}' reads what is not finite, at port '{}': there, it "
                                                "has no gradient to be checked",
                                                subject.name, subject.label(t)));
  const std::size_t findings = report.findings.size();
  Trial trial(subject, point, stream);
  ++report.points;
  // Gradients first: what breaks the contract may follow from a wrong one, which has a name.
  if (subject.type->differentiable()) {
    NodeChecker(trial, stream, options, report).check();
    trial.restore();
    if (options.lines && report.findings.empty()) follow_lines(trial, stream, options, report);
  }
  trial.restore();
  if (options.contract) check_contract(trial, stream, report);
  for (const MeasureRow& row : measure_rows)
    if (row.take) row.take(trial, stream, options, report);
  for (Finding& f : report.findings)
    if (f.diagnosis.empty()) f.diagnosis = common_diagnosis(f.hypotheses);
  if (report.findings.size() > findings && report.failing_case.empty())
    report.failing_case = case_file(subject, point);
}

}  // namespace graph_runner
