// What a wrong gradient looks like: hypotheses about the mistake, each tried on the entries that are known,
// and said where it explains every failure.
#pragma once

#include <string>
#include <vector>

#include "analysis/findings.hpp"
#include "analysis/trial.hpp"

namespace graph_runner {

// Some entries of the right gradient by one tensor.
struct KnownGradient {
  std::size_t tensor = 0;
  std::vector<std::size_t> where;  // entries
  Entries right;                   // the exact derivative at each
  Entries scale;                   // the sum of absolute terms of each
};

// All mistakes that would explain the entries that are known, those first that explain them most simply.
// Costs a few calls of the node a hypothesis; leaves the trial restored.
std::vector<Hypothesis> hypotheses(Trial& trial, const KnownGradient& known);

// The sentence of the first hypothesis that explains all of some failures, each at a point of its own; ""
// where there is none, or where they are too few to tell, or all degenerate: one may fit by chance.
std::string common_diagnosis(const std::vector<std::vector<Hypothesis>>& failures);

}  // namespace graph_runner
