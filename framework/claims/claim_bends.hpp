// Points on both sides of the places where what a claim is computed from jumps or bends. Private to the files
// claim_*.cpp.
#pragma once

#include <vector>

#include "analysis/bending.hpp"
#include "claims/claim_draw.hpp"

namespace graph_runner {

struct BesideBends {
  std::vector<PointEntries> points;
  std::size_t bends = 0;
  bool all = true;  // false where there may be more than were looked for
};

inline constexpr std::size_t most_bends = 32;

// Along random lines through points of the claim's domain, on which all inputs move or one alone, looks for
// jumps of the values and of the derivatives along the line of all nodes that may bend, the graph's and the
// claim's (analysis/bends.hpp). Costs some hundred walks a line, and some 40 a bend.
BesideBends points_beside_bends(const Graph& graph, const ClaimSides& sides, const ClaimDraw& draw,
                                GraphPoint& point, Bending& bending, Stream& stream);

}  // namespace graph_runner
