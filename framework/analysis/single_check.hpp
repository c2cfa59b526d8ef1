// The kernels that train, on float, against those on double.
#pragma once

#include "analysis/findings.hpp"
#include "analysis/trial.hpp"

namespace graph_runner {

// Whether the kernels on float compute what those on double do, within float's rounding. Adds a finding for
// each output or gradient that does not, and the worst error to `report.single`.
void check_single(Trial& trial, Stream& stream, NodeCheck& report);

}  // namespace graph_runner
