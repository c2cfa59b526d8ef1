// The gradient of a whole graph at one point.
#pragma once

#include <vector>

#include "analysis/evaluation.hpp"
#include "analysis/findings.hpp"
#include "core/streams.hpp"

namespace graph_runner {

// Compares ⟨Jᵀ v, u⟩ with ⟨v, J u⟩ for a random cotangent v of the seeds and a random direction u of each
// parameter and input in turn (of several at a time where there are very many), and a few entries of each
// with differences. The point is that of `here`, an evaluation in double that keeps all values. Returns false
// where the point is at a kink, which is counted: then what could not be compared wants a point beside it.
bool check_whole(const Graph& graph, const std::vector<ValueId>& seeds, Evaluation& here, Stream& stream,
                 GraphCheck& report);

}  // namespace graph_runner
