// Claims as text: equations between formulas in which derivatives stand, and the point that may be given.
#pragma once

#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/graph.hpp"
#include "formulas/assignments.hpp"
#include "formulas/claim_text.hpp"
#include "formulas/formula.hpp"

namespace graph_runner {

// left = right, left = middle = right, left ≈ right; behind it, `at x = [pi/2, 0], v = 1`. An open question
// is one of left = ?, left ≈ ?, and left = right at x = ?
struct Claim {
  std::string text;
  Place place;
  bool must_hold = true;
  std::vector<Formula> sides;
  bool open = false;              // a question
  bool approximately = false;     // ≈
  std::vector<double> tolerance;  // of ≈: half a unit of the last digit of each number on the right
  std::vector<Assignment> at;
  std::vector<Formula> asks_at;  // names of inputs: at x = ?
};

// Reads a claim. Throws Error (bad_request) at what is wrong.
Claim parse_claim(const ClaimText& written, const Graph& graph);

}  // namespace graph_runner
