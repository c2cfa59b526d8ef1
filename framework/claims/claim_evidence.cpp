#include "claims/claim_evidence.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace graph_runner {

std::string why_untold(const std::vector<ClaimPoint>& points, std::int64_t least) {
  std::map<Shape, std::pair<std::int64_t, std::int64_t>> told;  // by index; of how many
  for (const ClaimPoint& p : points)
    for (std::size_t i = 0; i < p.entries(); ++i) {
      auto& [times, of] = told[index_of(p.left.shape, i)];
      times += p.tells[i];
      ++of;
    }
  for (const auto& [index, count] : told)
    if (count.first < std::min(least, count.second))
      return fmt::format(
          "cannot be told in double precision: {}rounding swallows what would tell at {} of {} points",
          index.empty() ? "" : fmt::format("in entry [{}] ", fmt::join(index, ", ")),
          count.second - count.first, count.second);
  return "";
}

double largest_difference(const std::vector<ClaimPoint>& points) {
  double worst = 0;
  for (const ClaimPoint& p : points) {
    double size = 1;
    for (std::size_t i = 0; i < p.entries(); ++i)
      size = std::max({size, std::abs(p.left.entries[i]), std::abs(p.right.entries[i])});
    for (std::size_t i = 0; p.ordinary && i < p.entries(); ++i)
      worst = std::max(worst, std::abs(p.difference(i)) / size);
  }
  return worst;
}

namespace {

std::string describe_difference(const Graph& graph, const ClaimPoint& p, std::size_t i) {
  const double left = p.left.entries.at(i) + 0.0, right = p.right.entries.at(i) + 0.0;  // no -0
  std::string l, r;
  for (int digits = 6; digits <= 17 && l == r; ++digits) {
    l = fmt::format("{:.{}g}", left, digits);
    r = fmt::format("{:.{}g}", right, digits);
  }
  const Shape index = index_of(p.left.shape, i);
  std::string text = fmt::format("{}{} on the left, {} on the right",
                                 index.empty() ? "" : fmt::format("[{}]: ", fmt::join(index, ", ")), l, r);
  if (p.ordinary) return text;
  std::string at;
  for (const auto& [v, entries] : p.at) {
    std::vector<std::string> shown;
    for (const double x : entries) shown.push_back(fmt::format("{:.4g}", x));
    if (shown.size() > 6) shown.resize(6), shown.push_back("…");
    const std::string list = fmt::format("{}", fmt::join(shown, ", "));
    at += fmt::format("{}{} = {}", at.empty() ? "" : ", ", graph.values()[v].name,
                      entries.size() == 1 ? list : "[" + list + "]");
  }
  return fmt::format("{}, at {}", text, at);
}

}  // namespace

std::string where_apart(const Graph& graph, const std::vector<ClaimPoint>& points) {
  const auto misfits = [](const ClaimPoint& p) { return p.has_sides() && !p.same_shape(); };
  if (std::any_of(points.begin(), points.end(), misfits)) return "";
  const ClaimPoint* worst = nullptr;
  double most = -1;
  for (const ClaimPoint& p : points) {
    if (!p.has_sides() || p.agrees()) continue;
    const std::size_t i = p.worst();
    const double apart =
        std::abs(p.difference(i)) / (std::abs(p.left.entries[i]) + std::abs(p.right.entries[i]) + 1e-300);
    if (worst && std::pair(p.ordinary, apart) <= std::pair(worst->ordinary, most)) continue;
    most = apart;
    worst = &p;
  }
  return worst ? describe_difference(graph, *worst, worst->worst()) : "";
}

std::string holding_sizes(const std::vector<ClaimPoint>& points, const std::vector<ClaimPoint>& fresh) {
  std::map<SizeValues, bool> holds;
  for (const auto* list : {&points, &fresh})
    for (const ClaimPoint& p : *list) {
      const auto [at, added] = holds.try_emplace(p.sizes, true);
      at->second = at->second && p.agrees();
    }
  bool all_ones = true, all_equal = true;             // every choice of this kind holds
  bool ones = false, equal = false, unequal = false;  // one of this kind does
  for (const auto& [sizes, fine] : holds) {
    if (sizes.empty()) return "";
    const auto is_one = [](const auto& s) { return s.second == 1; };
    const auto is_first = [first = sizes.begin()->second](const auto& s) { return s.second == first; };
    if (std::all_of(sizes.begin(), sizes.end(), is_one)) {
      ones = true;
      all_ones = all_ones && fine;
    } else if (sizes.size() > 1 && std::all_of(sizes.begin(), sizes.end(), is_first)) {
      equal = true;
      all_equal = all_equal && fine;
    } else {
      unequal = unequal || fine;
    }
  }
  if (unequal) return "it holds at some sizes and fails at others";
  if (equal && all_equal && (!ones || all_ones)) return "it holds only where the sizes agree";
  const bool others_fail = std::none_of(
      holds.begin(), holds.end(), [](const auto& h) { return h.second && h.first.begin()->second != 1; });
  if (ones && all_ones && others_fail) return "it holds only where all sizes are 1";
  const auto any = [](const auto& h) { return h.second; };
  return std::any_of(holds.begin(), holds.end(), any) ? "it holds at some sizes and fails at others" : "";
}

}  // namespace graph_runner
