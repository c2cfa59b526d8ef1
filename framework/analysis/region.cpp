#include "analysis/region.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace graph_runner {

namespace {

void add(Region& r, const Domain& d) {
  switch (d.kind) {
    case GR_POSITIVE:
      r.nonzero = true;
      r.lower = std::max(r.lower, 0.0);
      break;
    case GR_NONNEGATIVE:
      r.lower = std::max(r.lower, 0.0);
      break;
    case GR_NONZERO:
      r.nonzero = true;
      break;
    case GR_RANGE:
      r.lower = std::max(r.lower, d.lower);
      r.upper = std::min(r.upper, d.upper);
      break;
    case GR_INDEX:
      r.whole = true;
      r.lower = std::max(r.lower, 0.0);
      // The first index alone is safe where the size of the axis is not known.
      r.upper = std::min(r.upper, std::isfinite(d.upper) ? std::max(0.0, d.upper) : 0.0);
      break;
    case GR_ONE_HOT:
      r.one_hot = true;
      break;
    case GR_DISTRIBUTION:
      r.distribution = true;
      break;
    case GR_POSITIVE_DEFINITE:
      r.symmetric = r.positive_definite = true;
      break;
    case GR_INVERTIBLE:
      r.invertible = true;
      break;
    default:
      break;
  }
  r.symmetric = r.symmetric || d.symmetric;
}

// Whether a tensor whose last axis has n entries can lie in the region.
bool can_be_met(const Region& r, double n) {
  const bool zero = r.lower <= 0 && r.upper >= 0 && !r.nonzero, one = r.lower <= 1 && r.upper >= 1;
  if (r.lower > r.upper || (r.nonzero && r.lower == 0 && r.upper == 0)) return false;
  if (r.whole && std::max(std::ceil(r.lower), r.nonzero ? 1.0 : 0.0) > std::floor(r.upper)) return false;
  const bool rows = r.one_hot || r.distribution, matrices = r.symmetric || r.invertible;
  if (rows && matrices && n > 1) return false;  // not by this program: nobody has asked for it yet
  if (r.one_hot || (r.distribution && r.whole)) return one && (zero || n == 1);
  if (r.distribution) return std::max(r.lower, 0.0) * n <= 1 && r.upper * n >= 1;
  if (r.positive_definite) return r.upper > 0 && (n == 1 || r.lower < r.upper);
  if (r.invertible) return n == 1 ? r.lower < 0 || r.upper > 0 : r.lower < r.upper;
  return true;
}

std::string at(const Domain& d) {
  return d.place.source && d.place.line ? fmt::format(" (line {})", d.place.line) : "";
}

}  // namespace

Region intersect(const std::vector<Domain>& domains, const Shape& shape) {
  const double n = shape.empty() ? 1 : static_cast<double>(shape.back());
  Region all;
  for (std::size_t i = 0; i < domains.size(); ++i) {
    add(all, domains[i]);
    if (can_be_met(all, n)) continue;
    // Which of those before it is in its way; where no single one is, the last.
    const Domain* other = i ? &domains[i - 1] : nullptr;
    for (std::size_t k = 0; k < i; ++k) {
      Region both;
      add(both, domains[k]);
      add(both, domains[i]);
      if (!can_be_met(both, n)) other = &domains[k];
    }
    const Domain& d = domains[i];
    throw Error(Exit::bad_request, other ? other->place : d.place,
                other
                    ? fmt::format("no {} meets both demands: {}{}, and {}{}",
                                  shape.empty() ? "number" : "value of shape " + to_string(shape),
                                  other->because, at(*other), d.because, at(d))
                    : fmt::format("no value of shape {} meets the demand: {}", to_string(shape), d.because));
  }
  return all;
}

}  // namespace graph_runner
