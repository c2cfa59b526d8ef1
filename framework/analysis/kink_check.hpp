// A gradient at a kink, where there is no derivative: it must lie between the derivatives from the left and
// from the right in every direction; along those in which a function is smooth, as the largest of two equal
// entries is along (1, 1), these are one.
#pragma once

#include "analysis/findings.hpp"
#include "analysis/trial.hpp"

namespace graph_runner {

// Tries the outputs that have a kink at the trial's point, one by one (a sum of several with random signs may
// be smooth where no gradient of its parts could tell), along directions of single entries, of entries that
// are equal, of pairs and at random. Directions in which the output itself jumps, or has no one-sided
// derivatives, are passed over. Adds a finding for the first that backward contradicts. Costs some hundred
// calls; leaves the trial restored.
void check_kinks(Trial& trial, Stream& stream, NodeCheck& report);

}  // namespace graph_runner
