#include "core/domain.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>

namespace graph_runner {

std::string describe_domain(gr_domain kind, double lower, double upper, const std::string& axis) {
  switch (kind) {
    case GR_POSITIVE:
      return "positive numbers";
    case GR_NONNEGATIVE:
      return "numbers of at least 0";
    case GR_NONZERO:
      return "numbers other than 0";
    case GR_RANGE:
      return fmt::format("numbers from {} to {}", lower, upper);
    case GR_INDEX:
      return axis.empty() ? "indices" : fmt::format("whole numbers from 0 to {} - 1", axis);
    case GR_ONE_HOT:
      return "one 1 along the last axis, else 0";
    case GR_DISTRIBUTION:
      return "a distribution along the last axis: at least 0, summing to 1";
    case GR_POSITIVE_DEFINITE:
      return "symmetric positive definite matrices";
    case GR_INVERTIBLE:
      return "invertible matrices";
    default:
      return "";
  }
}

std::string Domain::outside(std::span<const double> entries, std::size_t last_axis) const {
  const auto bad = [&](double x) {
    switch (kind) {
      case GR_POSITIVE:
        return !(x > 0);
      case GR_NONNEGATIVE:
      case GR_DISTRIBUTION:
        return !(x >= 0);
      case GR_NONZERO:
        return x == 0;
      case GR_RANGE:
        return !(x >= lower && x <= upper);
      case GR_INDEX:
        return !(x >= 0 && x == std::floor(x) && x <= upper);
      case GR_ONE_HOT:
        return x != 0 && x != 1;
      default:
        return false;
    }
  };
  for (const double x : entries)
    if (bad(x)) return fmt::format("has the entry {}", x);
  if (symmetric || kind == GR_POSITIVE_DEFINITE)
    for (std::size_t first = 0; first + last_axis * last_axis <= entries.size();
         first += last_axis * last_axis)
      for (std::size_t i = 0; i < last_axis; ++i)
        for (std::size_t j = 0; j < i; ++j) {
          const double a = entries[first + i * last_axis + j], b = entries[first + j * last_axis + i];
          if (std::abs(a - b) > 1e-4 * (std::abs(a) + std::abs(b)))
            return fmt::format("has {} at [{}, {}], but {} at [{}, {}]", a, i + 1, j + 1, b, j + 1, i + 1);
        }
  if (kind == GR_ONE_HOT || kind == GR_DISTRIBUTION)
    for (std::size_t row = 0; row + last_axis <= entries.size(); row += last_axis) {
      double total = 0;
      for (std::size_t j = 0; j < last_axis; ++j) total += entries[row + j];
      if (std::abs(total - 1) > 1e-4) return fmt::format("its entries sum to {}", total);
    }
  return "";
}

namespace {

// The largest index below the size of an axis.
double last_index(const Graph& graph, const Node& node, const std::string& axis, const SizeValues& sizes) {
  const gr_size size = axis.empty() ? GR_UNKNOWN : graph.axis(node, axis);
  try {
    if (size != GR_UNKNOWN) return double(graph.sizes().evaluate(size, sizes)) - 1;
  } catch (const Error&) {  // a named size that is not among those given
  }
  return std::numeric_limits<double>::infinity();
}

}  // namespace

std::vector<Domain> domains_of(const Graph& graph, ValueId id, const SizeValues& sizes) {
  std::vector<Domain> domains;
  const Value& v = graph.values()[id];
  if (v.from || v.to) {
    Domain d{GR_RANGE, v.from.value_or(-std::numeric_limits<double>::infinity()),
             v.to.value_or(std::numeric_limits<double>::infinity()), ""};
    d.because = fmt::format("the input declares {}", describe_domain(GR_RANGE, d.lower, d.upper, ""));
    d.place = v.place;
    domains.push_back(std::move(d));
  }
  if (v.symmetric)
    domains.push_back({GR_REALS, 0, 0, "the input declares a symmetric matrix", v.place, true});
  if (v.positive_definite)
    domains.push_back({GR_POSITIVE_DEFINITE, 0, 0,
                       fmt::format("the input declares {}", describe_domain(GR_POSITIVE_DEFINITE, 0, 0, "")),
                       v.place});
  for (const Node& n : graph.nodes())
    for (std::size_t t = 0; t < n.values.size(); ++t) {
      const Port& p = n.type->ports()[n.ports[t]];
      if (n.values[t] != id || p.role > GR_PARAMETER || p.domain == GR_REALS) continue;
      Domain d{p.domain, p.lower, p.upper, "", n.place};
      if (p.domain == GR_INDEX) d.upper = last_index(graph, n, p.domain_axis, sizes);
      const std::string of =
          n.inner() ? n.type->name() : fmt::format("port '{}' of node '{}'", p.name, n.called());
      d.because = fmt::format("{} takes {}", of, describe_domain(p.domain, p.lower, p.upper, p.domain_axis));
      domains.push_back(std::move(d));
    }
  return domains;
}

}  // namespace graph_runner
