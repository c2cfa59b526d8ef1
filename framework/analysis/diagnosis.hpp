// What a wrong gradient looks like: hypotheses about the mistake, each tried on the entries that are known.
#pragma once

#include <string>
#include <vector>

#include "analysis/trial.hpp"

namespace graph_runner {

// Some entries of the right gradient by one tensor.
struct KnownGradient {
  std::size_t tensor = 0;
  std::vector<std::size_t> where;  // entries
  Entries right;                   // the exact derivative at each
  Entries scale;                   // the sum of absolute terms of each
};

// A sentence that names the mistake, or "" where no hypothesis fits. Costs a few calls of the node a
// hypothesis; leaves the trial restored.
std::string diagnose(Trial& trial, const KnownGradient& known);

}  // namespace graph_runner
