// Symbolic shape inference: what the patterns of a node type's ports, and its `shapes` call where it has one,
// make of the shapes that are known.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/registry.hpp"
#include "core/sizes.hpp"

namespace graph_runner {

// One tensor of a node: its port, what feeds it (for messages), and its shape where known.
struct NodeTensor {
  const Port* port = nullptr;
  std::string fed_from;
  std::optional<gr_shape> shape;
  bool absent = false;  // an optional input that nothing feeds
};

// Fills in the shapes that are not known. Returns what is wrong, or "".
// Time is linear in the number of tensors.
std::string infer_shapes(const NodeType& type, const std::vector<AttributeValue>& attributes,
                         const void* instance, Sizes& sizes, std::vector<NodeTensor>& tensors);

}  // namespace graph_runner
