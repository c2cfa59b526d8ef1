// Points on both sides of the places where what a claim is computed from jumps or bends. Private to the files
// claim_*.cpp.
#pragma once

#include <string>
#include <vector>

#include "analysis/bending.hpp"
#include "claims/claim_draw.hpp"

namespace graph_runner {

struct BesideBends {
  std::vector<PointEntries> points;
  std::size_t bends = 0;
  std::string not_tried;  // what was left out, and why, or ""
};

inline constexpr std::size_t most_bends = 32;

// Along random lines through points of the claim's domain, on which all inputs move or one alone, looks for
// jumps of the values and of the derivatives along the line of all nodes that may bend, the graph's and the
// claim's (analysis/bends.hpp). Costs some hundred walks a line, and some 40 a bend; what are more numbers
// than a search can hold is not tried.
BesideBends points_beside_bends(const Graph& graph, const ClaimSides& sides, const ClaimDraw& draw,
                                GraphPoint& point, Bending& bending, Stream& stream);

}  // namespace graph_runner
