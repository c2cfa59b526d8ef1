// What feeds which port of a node, and what the node brings itself.
#include <fmt/format.h>

#include <algorithm>

#include "core/graph_builder.hpp"
#include "core/text.hpp"

namespace graph_runner {

// Lays out a node's tensors in the ABI's order and says which value, or which other node's output, feeds
// each.
void Graph::Builder::connect(std::size_t i) {
  const NodeSpec& n = spec_.nodes[i];
  Node& node = g_.nodes_[i];
  const auto& ports = node.type->ports();
  const std::vector<std::string> inputs = node.type->port_names(GR_INPUT);
  std::vector<std::vector<const Connection*>> fed(ports.size());
  std::size_t position = 0;
  bool unknown = false;  // then it is not known what is missing
  for (const Connection& c : n.in) {
    int port = -1;
    if (c.port.empty()) {
      port = position < inputs.size() ? node.type->port(inputs[position]) : -1;
      if (port >= 0 && !ports[static_cast<std::size_t>(port)].many) ++position;
      if (port < 0) {
        problems_.add(c.place,
                      fmt::format("node '{}': {} takes {} input{} ({}), but '{}' is one more", n.name, n.type,
                                  inputs.size(), inputs.size() == 1 ? "" : "s", any_of(inputs), c.from));
        break;
      }
    } else {
      port = node.type->port(c.port);
      std::vector<std::string> names = inputs;
      for (const std::string& p : node.type->port_names(GR_PARAMETER)) names.push_back(p);
      if (port < 0 || ports[static_cast<std::size_t>(port)].role > GR_PARAMETER) {
        problems_.add(c.place, fmt::format("node '{}': {} has no input '{}'{}; it has {}", n.name, n.type,
                                           c.port, did_you_mean(c.port, names), any_of(names)));
        unknown = true;
        continue;
      }
    }
    auto& list = fed[static_cast<std::size_t>(port)];
    if (!list.empty() && !ports[static_cast<std::size_t>(port)].many)
      problems_.add(c.place, fmt::format("node '{}': port '{}' is fed twice", n.name,
                                         ports[static_cast<std::size_t>(port)].name));
    list.push_back(&c);
  }
  for (std::size_t p = 0; p < ports.size(); ++p) {
    if (ports[p].role == GR_INPUT && fed[p].empty() && !ports[p].optional && !unknown)
      problems_.add(n.place, fmt::format("node '{}': nothing feeds the input '{}' (\"{}\"); {} takes {}",
                                         n.name, ports[p].name, ports[p].shape, n.type, any_of(inputs)));
    if (ports[p].role == GR_INPUT || (ports[p].role == GR_PARAMETER && !fed[p].empty()))
      for (std::size_t k = 0; k < std::max<std::size_t>(1, fed[p].size()); ++k) {
        node.ports.push_back(static_cast<std::uint32_t>(p));
        node.values.push_back(no_value);
        sources_[i].push_back(k < fed[p].size() ? fed[p][k] : nullptr);
      }
    else {
      node.ports.push_back(static_cast<std::uint32_t>(p));
      node.values.push_back(add_made(i, ports[p]));
      sources_[i].push_back(nullptr);
    }
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
  const bool only = port.role == GR_OUTPUT && node.type->port_names(GR_OUTPUT).size() == 1;
  const std::string full = node.name + "." + port.name;
  v.name = only ? node.name : full;
  v.node = static_cast<NodeId>(i);
  v.discrete = port.discrete;
  v.init = port.init;
  v.place = node.place;
  const ValueId id = add_value(std::move(v));
  if (port.role != GR_SAVED) {
    auto& names = node.inner() ? inner_ : g_.names_;
    names.emplace(full, id);
    if (only) names.emplace(node.name, id);
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
