// What the points at which an equation of a claim was tried say together. Private to the files claim_*.cpp.
#pragma once

#include <string>
#include <vector>

#include "claims/claim_point.hpp"

namespace graph_runner {

// Why it cannot be told, as an entry tells at fewer than `least` points, or "".
std::string why_untold(const std::vector<ClaimPoint>& points, std::int64_t least);

// The largest difference at an ordinary point, relative to the largest entry there, or to 1.
double largest_difference(const std::vector<ClaimPoint>& points);

// Where the sides differ most: "[2, 1]: -1.2 on the left, 3.4 on the right", with as many digits as show it.
// Of ordinary points if they differ there, else with the point. "" where shapes differ.
std::string where_apart(const Graph& graph, const std::vector<ClaimPoint>& points);

// "it holds only where the sizes agree", or the like, where at some sizes all points agree, fresh ones too.
std::string holding_sizes(const std::vector<ClaimPoint>& points, const std::vector<ClaimPoint>& fresh);

}  // namespace graph_runner
