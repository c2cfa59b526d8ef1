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
    for (const std::string& name : called) {
      const auto at = name == node.name ? taken_.end() : taken_.find(name);
      if (at == taken_.end())
        names.emplace(name, id);
      else if (called.size() == 1)  // what a node of one output has as well, another may have for itself
        problems_.add(at->second.second,
                      fmt::format("the name '{}' is taken: port '{}' of node '{}' has it already", name,
                                  port.name, node.called()));
    }
  }
  return id;
}

// The further names of values; each is then called by the one with the fewest parts.
void Graph::Builder::add_aliases() {
  for (const Node& n : g_.nodes_)
    if (!n.type) typeless_.insert(n.name);
  for (const AliasSpec& a : spec_.aliases) {
    take_name(a.name, "a use of a block", a.place);
    aliases_.emplace(a.name, &a);
  }
  for (const AliasSpec& a : spec_.aliases) {
    const std::string_view of = meant(a.of);
    if (lacks_type(of)) continue;
    try {
      const ValueId v = g_.find(of, a.place);
      g_.names_.emplace(a.name, v);
      const auto dots = [](const std::string& name) { return std::count(name.begin(), name.end(), '.'); };
      Value& value = g_.values_[v];
      if (value.origin != Origin::output)
        problems_.add(a.place, fmt::format("'{}' is not computed, and cannot be called '{}'", a.of, a.name));
      else if (dots(a.name) <= dots(value.name))
        value.name = a.name;
    } catch (const Error& e) {
      problems_.add(e);
    }
  }
}

// What a name is in the end where it is an alias.
std::string_view Graph::Builder::meant(std::string_view name) const {
  for (std::size_t n = 0; n < aliases_.size(); ++n) {  // those that go in a circle name nothing
    const auto next = aliases_.find(name);
    if (next == aliases_.end()) break;
    name = next->second->of;
  }
  return name;
}

// Whether a connection names something of a node without a type.
bool Graph::Builder::lacks_type(std::string_view from) const {
  for (from = meant(from); !from.empty(); from = path_above(from))
    if (typeless_.find(from) != typeless_.end()) return true;
  return false;
}

// What a connection of a node names. Throws Error (bad_request).
ValueId Graph::Builder::source(const Node& node, const Connection& c) const {
  if (const auto inner = inner_.find(c.from); inner != inner_.end() && !node.part_of.empty())
    return inner->second;
  return g_.find(c.from, c.place);
}

// A parameter is running where one node has it so (running.hpp), whoever declares it.
void Graph::Builder::mark_running() {
  for (std::size_t i = 0; i < g_.nodes_.size(); ++i) {
    const Node& node = g_.nodes_[i];
    for (std::size_t t = 0; t < node.values.size(); ++t) {
      const Port& port = node.type->ports()[node.ports[t]];
      if (port.role != GR_PARAMETER || port.running < 0 || node.values[t] == no_value) continue;
      Value& v = g_.values_[node.values[t]];
      if (v.origin != Origin::parameter || v.discrete) continue;
      if (v.node != no_node)
        problems_.add(
            sources_[i][t]->place,
            fmt::format("node '{}': training replaces its parameter '{}' after each step, and '{}', "
                        "which feeds it, is trained by its gradient: expected a parameter like it, "
                        "or one that is declared under 'parameters:'",
                        node.called(), port.name, v.name));
      v.discrete = true;
    }
  }
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
