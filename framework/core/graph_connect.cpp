// What feeds which port of a node, and what the node brings itself.
#include <fmt/format.h>

#include "core/graph_builder.hpp"
#include "core/text.hpp"

namespace graph_runner {

// Lays out a node's tensors in the ABI's order and says which value, or which other node's output, feeds
// each.
void Graph::Builder::connect(std::size_t i) {
  const NodeSpec& n = spec_.nodes[i];
  Node& node = g_.nodes_[i];
  const BoundTensors bound = bind_tensors(n, *node.type);
  report(n.name, bound.faults);
  for (const BoundTensor& t : bound.list) {
    node.ports.push_back(t.port);
    node.values.push_back(t.brought ? add_made(i, node.type->ports()[t.port]) : no_value);
    sources_[i].push_back(t.fed);
  }
  for (const InitSetting& s : n.init) set_init(node, s);
}

// A parameter, output or saved output that the node itself brings.
ValueId Graph::Builder::add_made(std::size_t i, const Port& port) {
  const Node& node = g_.nodes_[i];
  Value v;
  v.origin = port.role == GR_PARAMETER ? Origin::parameter
             : port.role == GR_OUTPUT  ? Origin::output
                                       : Origin::saved;
  const std::vector<std::string> called = names_of(node.name, *node.type, port);
  v.name = called[0];
  v.node = static_cast<NodeId>(i);
  v.discrete = port.discrete;
  v.init = port.init;
  v.place = node.place;
  const ValueId id = add_value(std::move(v));
  if (port.role != GR_SAVED) {
    auto& names = node.inner() ? inner_ : g_.names_;
    for (const std::string& name : called) names.emplace(name, id);
  }
  return id;
}

// What a connection of a node names. Throws Error (bad_request).
ValueId Graph::Builder::source(const Node& node, const Connection& c) const {
  if (const auto inner = inner_.find(c.from); inner != inner_.end() && !node.part_of.empty())
    return inner->second;
  return g_.find(c.from, c.place);
}

void Graph::Builder::set_init(Node& node, const InitSetting& s) {
  const int port = node.type->port(s.port);
  const std::vector<std::string> parameters = node.type->port_names(GR_PARAMETER);
  if (port < 0 || node.type->ports()[static_cast<std::size_t>(port)].role != GR_PARAMETER)
    return problems_.add(
        s.place, fmt::format("node '{}': {} has no parameter '{}'{}; it has {}", node.name, node.type->name(),
                             s.port, did_you_mean(s.port, parameters), any_of(parameters)));
  for (std::size_t t = 0; t < node.ports.size(); ++t)
    if (node.ports[t] == static_cast<std::uint32_t>(port)) {
      if (node.values[t] == no_value)
        return problems_.add(
            s.place,
            fmt::format("node '{}': parameter '{}' is fed by '{}', which has its own initialiser", node.name,
                        s.port, sources_[static_cast<std::size_t>(&node - g_.nodes_.data())][t]->from));
      gr_init& init = g_.values_[node.values[t]].init;
      const bool fan = s.init.kind == GR_FAN || s.init.kind == GR_HE || s.init.kind == GR_GLOROT;
      init = {sizeof(gr_init), s.init.kind, fan ? init.axis : nullptr, s.init.value};
    }
}

}  // namespace graph_runner
