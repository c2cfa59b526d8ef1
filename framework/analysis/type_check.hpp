// Checks a node type on its own: random attribute values, ranks and shapes, random entries.
#pragma once

#include <cstdint>

#include "analysis/findings.hpp"
#include "analysis/node_check.hpp"
#include "core/graph.hpp"
#include "core/stop.hpp"

namespace graph_runner {

struct TypeCheckRequest {
  std::uint64_t seed = 1;    // of the first draw; the others follow it
  std::int64_t draws = 100;  // of attributes, shapes and entries
  CheckOptions options = {.numeric_entries = 8};
  Stop stop = {};  // between two draws
};

// Draws nodes of the type, sizes of 1 and equal ones included, every fourth with small whole entries that
// meet kinks and ties, and checks each (check_node). A draw that the type refuses, or whose values are not
// finite, is made again; that none is found is a finding. Throws Error (run_failed) where the plugin fails.
NodeCheck check_type(const NodeType& type, Registry& registry, const TypeCheckRequest& request);

// A graph of one node of the type, named "node", with random attributes and shapes.
GraphSpec draw_node(const NodeType& type, Stream& stream);

// Such a node, built, and entries for each of its inputs and parameters in the domains of its ports. Nothing
// has run yet.
struct DrawnNode {
  Graph graph;
  Subject subject;
  std::vector<Entries> point;
};
// Draws until the type takes the attributes and shapes, 200 times at most. Throws Error (refuted) with the
// last refusal where it takes none.
DrawnNode draw_at_point(const NodeType& type, Registry& registry, Stream& stream, EntryDraw how);

}  // namespace graph_runner
