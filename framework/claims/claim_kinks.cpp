#include "claims/claim_kinks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace graph_runner {

namespace {

// One side's entries on the way to the point: a step away, and nearer. What is smooth moves less and less;
// what jumps stays away, and stays the same.
struct Approach {
  Entries far, near, nearer;
  bool jumps(std::size_t i, double here) const {
    const double by_far = std::abs(far.at(i) - here), by_near = std::abs(near.at(i) - here);
    const double size = std::max({std::abs(far[i]), std::abs(near[i]), std::abs(here)});
    const double rounding = std::abs(near[i] - nearer.at(i));
    return by_near > std::max(1e-7 * size, 100 * rounding) && by_near > by_far / 8;
  }
};

std::string index_text(const ClaimPoint& p, std::size_t i) {
  const Shape index = index_of(p.left.shape, i);
  std::string text;
  for (const std::int64_t k : index) text += (text.empty() ? "" : ", ") + std::to_string(k);
  return text.empty() ? "" : "[" + text + "]: ";
}

bool all_finite(const Entries& entries) {
  return std::all_of(entries.begin(), entries.end(), [](double x) { return std::isfinite(x); });
}

// The left side near the point, from random directions and their opposites; the point is left as it was.
std::vector<Approach> approaches_to(const ClaimSpec& claim, const ClaimPoint& at, std::size_t equation,
                                    ClaimSides& sides, GraphPoint& point, Stream& stream) {
  constexpr int directions = 6;
  constexpr double far = 1e-6, near = 1e-8, nearer = 0.7e-8;
  const auto left_at = [&](const PointEntries& along, double t) {
    PointEntries there = at.at;
    for (auto& [v, entries] : there)
      for (std::size_t i = 0; i < entries.size(); ++i)
        entries[i] += t * std::max(1.0, std::abs(entries[i])) * along.at(v).at(i);
    point.move_to(std::move(there));
    sides.walk(point);
    return sides.side(equation).entries;
  };
  std::vector<Approach> approaches;
  for (int k = 0; k < directions; ++k) {
    PointEntries along;
    for (const auto& [v, entries] : at.at) {
      along[v].resize(entries.size());
      if (claim.at.count(v)) fill_normal(stream, 0, 1, along[v]);  // all else stays
    }
    for (const double side : {1.0, -1.0}) {
      Approach a{left_at(along, side * far), left_at(along, side * near), left_at(along, side * nearer)};
      if (all_finite(a.far) && all_finite(a.near) && all_finite(a.nearer)) approaches.push_back(std::move(a));
    }
  }
  point.move_to(at.at);
  sides.walk(point);
  return approaches;
}

// What is to be said of entry i, which has a kink.
KinkVerdict judge_entry(const ClaimPoint& at, std::size_t i, const std::vector<Approach>& approaches) {
  double least = INFINITY, most = -INFINITY;
  for (const Approach& a : approaches) {
    least = std::min(least, a.near[i]);
    most = std::max(most, a.near[i]);
  }
  const double claimed = at.right.entries[i], size = std::max({1e-300, std::abs(least), std::abs(most)});
  if (most - least <= 1e-6 * size) {  // the same from all sides
    if (std::abs(claimed - most) <= std::max(1e-6 * size, at.stated.at(i))) return {KinkVerdict::holds, ""};
    return {KinkVerdict::refuted,
            fmt::format("{}from all sides of this point the derivative is {:.6g}, not {:.6g}",
                        index_text(at, i), most, claimed)};
  }
  if (std::abs(at.difference(i)) <= std::max(1e-9 * size, at.stated[i]))  // the convention
    return {KinkVerdict::holds, ""};
  return {KinkVerdict::kinked,
          fmt::format("not differentiable here: {}beside this point the derivative lies between {:.6g} "
                      "and {:.6g}; by convention it is {:.6g}",
                      index_text(at, i), least, most, at.left.entries[i])};
}

}  // namespace

KinkVerdict judge_at_kink(const ClaimSpec& claim, const ClaimPoint& at, std::size_t equation,
                          ClaimSides& sides, GraphPoint& point, Stream& stream) {
  const std::vector<Approach> approaches = approaches_to(claim, at, equation, sides, point, stream);
  const auto has_kink = [&](std::size_t i) {
    return std::any_of(approaches.begin(), approaches.end(),
                       [&](const Approach& a) { return a.jumps(i, at.left.entries[i]); });
  };
  KinkVerdict result;
  for (std::size_t i = 0; i < at.entries() && result.verdict != KinkVerdict::refuted; ++i) {
    if (!has_kink(i)) continue;
    KinkVerdict of_entry = judge_entry(at, i, approaches);
    if (of_entry.verdict != KinkVerdict::holds || result.verdict == KinkVerdict::smooth)
      result = std::move(of_entry);
  }
  // Entries that have no kink are judged as anywhere else.
  for (std::size_t i = 0; i < at.entries() && result.verdict != KinkVerdict::smooth; ++i)
    if (!has_kink(i) && !at.agrees_at(i)) return {};
  return result;
}

}  // namespace graph_runner
