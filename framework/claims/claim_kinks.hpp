// Derivatives at a point that a claim fixes, where the function may have a kink. Private to the files
// claim_*.cpp.
#pragma once

#include "claims/claim_draw.hpp"

namespace graph_runner {

// What becomes of a claim at a kink: `smooth` where there is none.
struct KinkVerdict {
  enum { smooth, holds, refuted, kinked } verdict = smooth;
  std::string message;
};

// Compares the derivative on the left at the point of `at` with its limits from random sides. Where all
// limits are one number, that is the derivative, whatever the nodes' conventions give: a claim of another
// number is refuted. Where they are not, there is none, and a claim holds if it states what the conventions
// give.
KinkVerdict judge_at_kink(const ClaimSpec& claim, const ClaimPoint& at, std::size_t equation,
                          ClaimSides& sides, GraphPoint& point, Stream& stream);

}  // namespace graph_runner
