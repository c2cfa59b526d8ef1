// The shape of every value, node by node.
#include <fmt/format.h>

#include <algorithm>

#include "core/graph_builder.hpp"

namespace graph_runner {

void Graph::Builder::infer(std::size_t i) {
  Node& node = g_.nodes_[i];
  if (poisoned_[i]) return;
  poisoned_[i] = true;  // until it is found that it is not
  std::vector<NodeTensor> tensors(node.values.size());
  for (std::size_t t = 0; t < tensors.size(); ++t) {
    tensors[t].port = &node.type->ports()[node.ports[t]];
    tensors[t].absent = node.values[t] == no_value;
    if (!sources_[i][t]) continue;
    if (tensors[t].absent) return;  // fed by a node without a type
    const Value& v = g_.values_[node.values[t]];
    if (v.node != no_node && poisoned_[v.node]) return;
    tensors[t].shape = v.shape;
    if (v.node == no_node || !g_.nodes_[v.node].inner()) tensors[t].fed_from = v.name;
  }
  std::string wrong;
  try {
    wrong = infer_shapes(*node.type, node.attributes, node.instance.get(), g_.sizes_, tensors);
  } catch (const Error& e) {
    wrong = e.what();
  }
  if (!wrong.empty())
    return problems_.add(node.place, fmt::format("node '{}' ({}): {}", node.name, node.type->name(), wrong));
  poisoned_[i] = false;
  for (std::size_t t = 0; t < tensors.size(); ++t)
    if (!tensors[t].absent && !sources_[i][t]) g_.values_[node.values[t]].shape = *tensors[t].shape;
  set_fan(i);
}

// An initialiser that depends on the size of an axis gets it as its value; symbolic sizes wait for the
// plan.
void Graph::Builder::set_fan(std::size_t i) {
  const Node& node = g_.nodes_[i];
  for (std::size_t t = 0; t < node.values.size(); ++t) {
    if (node.values[t] == no_value || node.type->ports()[node.ports[t]].role != GR_PARAMETER) continue;
    Value& v = g_.values_[node.values[t]];
    if (v.node == static_cast<NodeId>(i) && v.init.axis) v.fan = g_.axis(node, v.init.axis);
  }
}

}  // namespace graph_runner
