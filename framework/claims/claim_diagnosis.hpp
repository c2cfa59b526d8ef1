// How a refuted claim is wrong: hypotheses that must fit at every point at which it was tried, and at fresh
// ones. Private to the files claim_*.cpp.
#pragma once

#include <string>
#include <vector>

#include "claims/claim_point.hpp"

namespace graph_runner {

// "" where no hypothesis fits. The most specific that fits is said; of values, at ordinary points whose sizes
// are not 1. `fresh` are ordinary points, drawn after the verdict.
std::string diagnose_claim(const std::vector<ClaimPoint>& points, const std::vector<ClaimPoint>& fresh);

}  // namespace graph_runner
