// A graph in Graphviz's language.
#pragma once

#include <string>

#include "core/graph.hpp"

namespace graph_runner {

// Nodes as boxes, inputs as ellipses, declared parameters as cylinders, with the shapes of what flows; parts
// of formulas are dashed; each use of a block, and each repetition in it, is a box around its nodes. Vertices
// are numbered as the graph was declared. O(nodes + connections).
std::string dot(const Graph& graph);

}  // namespace graph_runner
