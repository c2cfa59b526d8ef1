// A node as it is declared, bound to its type: the values of its attributes, what feeds each of its tensors,
// and the names of what it brings. A graph binds the nodes of its spec; what expands into nodes, as formulas
// do, binds them the same way to tell the shapes of what follows.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/graph.hpp"

namespace graph_runner {

// What is wrong with how a node is declared: with the attribute, or, where that is empty, with the node.
struct Fault {
  Place place;
  std::string attribute, why;
};

struct BoundAttributes {
  std::vector<AttributeValue> values;  // one for each of the type's
  std::vector<Fault> faults;
  bool poisoned = false;  // there are faults, or a setting is poisoned
};

// Sizes that stand as numbers or names become sizes of `sizes`.
BoundAttributes bind_attributes(const NodeSpec& node, const NodeType& type, Sizes& sizes);

// A tensor of a node. One that nothing feeds and that the node does not bring is an optional input, absent.
struct BoundTensor {
  std::uint32_t port;
  const Connection* fed;  // of the spec, or null
  bool brought;           // a parameter, output or saved output of the node's own
};

struct BoundTensors {
  std::vector<BoundTensor> list;  // in the ABI's order
  std::vector<Fault> faults;
};

// Connections go to ports by name or position, several to one that takes many.
BoundTensors bind_tensors(const NodeSpec& node, const NodeType& type);

// The names of what a node brings at a port, its own first: "node.port", and of the only output "node" too.
std::vector<std::string> names_of(const std::string& node, const NodeType& type, const Port& port);

}  // namespace graph_runner
