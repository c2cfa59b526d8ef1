// Checks all gradients of a graph: those of every node, and that of the objective by every parameter and
// input, which goes through the wiring and the sums at fan-outs too.
#pragma once

#include <cstdint>
#include <optional>

#include "analysis/findings.hpp"
#include "analysis/node_check.hpp"
#include "core/graph.hpp"
#include "core/stop.hpp"

namespace graph_runner {

struct GraphCheckRequest {
  std::optional<ValueId> objective;  // checked beside the outputs that no node reads
  std::uint64_t seed = 1;
  std::int64_t points = 4;
  CheckOptions options;
  Stop stop;  // between two nodes
};

// Draws random points: free sizes small and unequal, all 1, all equal; inputs in the domains of their ports;
// parameters. At each, checks every node at the values that reach it, then the whole graph. Throws Error:
// run_failed where a plugin fails, bad_request where more than half of the points give values that are not
// finite.
GraphCheck check_graph(const Graph& graph, const GraphCheckRequest& request);

}  // namespace graph_runner
