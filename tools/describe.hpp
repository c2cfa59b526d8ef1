// A node type in words and as JSON: what it computes, its ports and attributes, and how it is used.
#pragma once

#include <string>

#include "core/registry.hpp"
#include "tools/cli.hpp"

namespace graph_runner::cli {

// Several lines for people. The registry tells by which name formulas call the type.
std::string describe_text(const NodeType& type, const Registry& registry);
// All the same for programs; the event is "type".
Json describe_json(const NodeType& type, const Registry& registry);

// A node of this type as a graph file would write it: "linear: {type: Linear, in: x, units: 1}". Inputs of
// the ports' names feed it; a port that takes many is fed by two, such as x1 and x2.
std::string example_node(const NodeType& type);

// The default of an attribute, or nothing where it is required.
Json default_of(const Attribute& attribute);

}  // namespace graph_runner::cli
