#include "analysis/exact_check.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "analysis/line_check.hpp"
#include "analysis/witness.hpp"

namespace graph_runner {

namespace {

// Of one entry, where the sum says that something is wrong: rounding may then be as large, a mistake is
// larger.
constexpr double entry_tolerance = 1e-9;
constexpr std::size_t most_entries = 2048;  // of a gradient that is looked at entry by entry

}  // namespace

// ⟨v, J u⟩ = ⟨Jᵀ v, u⟩ for a random u, of the entries of each magnitude: the sum of all would hide a
// mistake in a small one.
bool ExactCheck::agrees(std::size_t t, Measure& measure) {
  const Entries& g = trial_.gradient(t);
  for (const std::vector<std::size_t>& entries : by_magnitude(g)) {
    const double error = error_along(t, entries);
    if (!(error <= exact_tolerance)) return false;
    measure.add(static_cast<std::int64_t>(entries.size()), error);
  }
  return true;
}

// Of a direction that is random in these entries, and 0 elsewhere.
double ExactCheck::error_along(std::size_t t, std::span<const std::size_t> entries) {
  const Entries& g = trial_.gradient(t);
  Entries some(entries.size()), u(g.size());
  fill_normal(stream_, 0, 1, some);
  for (std::size_t k = 0; k < entries.size(); ++k) u[entries[k]] = some[k];
  return relative_error(g, u, trial_.exact(t, u));
}

// Whether the entry that is known k-th is off by more than rounding may make of it.
bool ExactCheck::is_wrong(const KnownGradient& known, std::size_t k) {
  const std::size_t t = known.tensor, i = known.where[k];
  const double g = trial_.gradient(t)[i], error = std::abs(g - known.right[k]);
  if (error <= entry_tolerance * (known.scale[k] + std::abs(g)) + smallest_telling) return false;
  if (!std::isfinite(error)) return true;
  if (error <= 4 * trial_.gradient_spread()[t][i] || error <= 4 * trial_.exact_spread(t, i)) return false;
  return !lost(t, i, error, 1e-13);
}

// Whether such an error is nothing beside φ and its derivatives by this entry nearer to 0, as where tanh
// has come to 1: there one way gives 0 and another 1e-17, and both are right.
bool ExactCheck::lost(std::size_t t, std::size_t i, double error, double measure) {
  const Region region = region_of(trial_.subject(), t);
  const double x = trial_.point()[t][i];
  double* const at = static_cast<double*>(trial_.dual().value(t).data) + 2 * i;
  double terms = 0, derivative = 0;
  for (double there = x; std::abs(there) > std::abs(x) / 40; there /= 2) {
    if (!region.holds(there)) continue;
    *at = there;
    const Derivative d = trial_.exact(t, i);
    const double sum = trial_.dual_terms();
    if (!std::isfinite(d.value) || !std::isfinite(sum)) continue;
    derivative = std::max(derivative, std::abs(d.value));
    terms = std::max(terms, sum);
  }
  *at = x;
  return lost_in_rounding(error, x, terms, derivative, measure);
}

// Whether the derivative from the right and that from the left differ.
bool ExactCheck::at_kink(const KnownGradient& known, std::size_t k) {
  const std::size_t t = known.tensor, i = known.where[k];
  for (const double derivative : {known.right[k], trial_.gradient(t)[i]})
    if (compare_with_differences(trial_.asserted(t, i, derivative)).verdict == Witness::kink) return true;
  return false;
}

// Exact derivatives by the entries of tensor t: all, or where there are many, the one that halving finds
// and a sample of others in its row, its column and elsewhere.
KnownGradient ExactCheck::know(std::size_t t) {
  KnownGradient known{t, {}, {}, {}};
  const std::size_t n = trial_.gradient(t).size();
  if (n <= most_entries) {
    known.where.resize(n);
    std::iota(known.where.begin(), known.where.end(), std::size_t{0});
  } else {
    const std::size_t found = halve(t);
    const auto columns =
        static_cast<std::size_t>(trial_.subject().shapes[t].empty() ? 1 : trial_.subject().shapes[t].back());
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

std::size_t ExactCheck::halve(std::size_t t) {
  const Entries& g = trial_.gradient(t);
  std::vector<std::size_t> entries;
  double most = -1;
  for (std::vector<std::size_t>& like : by_magnitude(g))
    if (const double error = error_along(t, like); error > most) {
      most = error;
      entries = std::move(like);
    }
  return entries[find_by_halving(entries.size(), [&](std::size_t from, std::size_t to) {
    return error_along(t, std::span(entries).subspan(from, to - from));
  })];
}

// What a fresh trial of the same node, at which the gradient of tensor t is wrong, might be explained by.
std::optional<std::vector<Hypothesis>> ExactCheck::explanations(std::size_t t) {
  Measure unused;
  if (!trial_.has_duals() || agrees(t, unused)) return std::nullopt;
  const KnownGradient known = know(t);
  if (!std::isfinite(largest(known.right) + trial_.dual_terms())) return std::nullopt;
  for (std::size_t k = 0; k < known.where.size(); ++k)
    if (is_wrong(known, k) && !at_kink(known, k)) return hypotheses(trial_, known);
  return std::nullopt;
}

}  // namespace graph_runner
