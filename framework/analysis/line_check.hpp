// A node along lines through its inputs: what random points, which lie near 0, never meet.
#pragma once

#include <vector>

#include "analysis/trial.hpp"

namespace graph_runner {

struct LineFindings {
  std::vector<std::vector<Entries>> suspects;  // points at which backward seems wrong
  std::int64_t bends = 0;                      // jumps of outputs, of their derivatives or of backward's
  bool all = true;                             // false where there may be more than were found
};

// Goes along a line in an entry of each input and parameter, and one in several at once, at distances from
// 1e-3 to 1e3 as far as the domains of the ports allow, seeks the bends there (analysis/bends.hpp) and
// compares ⟨v, J u⟩ with ⟨Jᵀ v, u⟩ all along, on both sides of each bend and between them. Without duals, it
// compares with differences. What is suspected is for check_node to judge. Costs some hundred calls a line,
// of nodes with very many entries some ten; leaves the trial restored.
LineFindings check_lines(Trial& trial, Stream& stream);

// Whether an error of this size in a derivative of φ by x may be rounding: it is nothing, by this measure,
// beside φ/x and beside the largest such derivative nearby.
bool lost_in_rounding(double error, double x, double terms, double largest, double measure = 1e-13);

}  // namespace graph_runner
