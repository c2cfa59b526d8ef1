// What the plugin contract (graph_runner/abi.h) promises of a node's kernels beside the right gradient.
#pragma once

#include "analysis/findings.hpp"
#include "analysis/trial.hpp"

namespace graph_runner {

// Adds a finding for each promise that is broken: every output is written and inputs are left alone; the same
// call gives the same bits; the gradient is linear in the cotangent, zero for zero; a gradient that is not
// wanted changes no other; adding to a sum equals adding; an affine parameter is not read.
void check_contract(Trial& trial, Stream& stream, NodeCheck& report);

}  // namespace graph_runner
