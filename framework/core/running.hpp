// Running parameters: those that a node reads and training replaces, instead of following a gradient, such as
// the running mean of BatchNorm. What makes one are its ports, as with the states of an optimizer: a
// parameter S that is discrete, and an output next_S, discrete and of its shape. After each step of training,
// what the walk found as next_S becomes S. All other walks read S as it is, and what they find as next_S is
// dropped.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/graph.hpp"

namespace graph_runner {

// Notes which ports of a type are such pairs (Port::running). Returns what is wrong with one, or "".
std::string pair_running_ports(std::vector<Port>& ports);

// Those of a graph, each with what it becomes: an output of every node whose running parameter it is. A value
// in the place of one, given or computed, is none: it is read as it is.
using RunningParameters = std::map<ValueId, std::vector<ValueId>>;
RunningParameters running_parameters(const Graph& graph);

}  // namespace graph_runner
