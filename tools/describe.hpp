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
// the ports' names feed it; a port that takes many is fed by two, such as x1 and x2. Of an optimizer, what
// stands under `train:`.
std::string example_node(const NodeType& type);

// The value of an attribute; its default, or nothing where it is required.
Json json_of(const Attribute& attribute, const AttributeValue& value);
Json default_of(const Attribute& attribute);

}  // namespace graph_runner::cli
