#include "core/graph.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.hpp"
#include "core/topology.hpp"

namespace graph_runner {

Graph::~Graph() = default;
Graph::Graph(Graph&&) noexcept = default;

std::string Node::what() const { return fmt::format("node '{}' ({})", called(), type->name()); }

std::vector<ValueId> Graph::with_origin(Origin origin) const {
  std::vector<ValueId> ids;
  for (ValueId v = 0; v < values_.size(); ++v)
    if (values_[v].origin == origin) ids.push_back(v);
  return ids;
}

std::vector<ValueId> Graph::sinks() const {
  std::vector<bool> read(values_.size());
  for (const Node& n : nodes_)
    for (std::size_t t = 0; t < n.values.size(); ++t) {
      const Port& port = n.type->ports()[n.ports[t]];
      const bool next = port.role == GR_OUTPUT && port.running >= 0;
      if (n.values[t] != no_value && (port.role == GR_INPUT || next)) read[n.values[t]] = true;
    }
  std::vector<ValueId> ids = with_origin(Origin::output);
  std::erase_if(ids, [&](ValueId v) { return read[v]; });
  return ids;
}

std::vector<std::string> Graph::names() const {
  std::vector<std::string> names;
  for (const auto& [name, id] : names_) names.push_back(name);
  return names;
}

ValueId Graph::find(std::string_view name, const Place& place) const {
  if (const auto found = names_.find(name); found != names_.end()) return found->second;
  std::vector<std::string> outputs;
  const std::string prefix = std::string(name) + ".";
  for (auto at = names_.lower_bound(prefix); at != names_.end() && at->first.rfind(prefix, 0) == 0; ++at)
    if (values_[at->second].origin == Origin::output &&
        at->first.find('.', prefix.size()) == std::string::npos)
      outputs.push_back(at->first);
  if (!outputs.empty())
    throw Error(Exit::bad_request, place,
                fmt::format("'{}' has several outputs: write {}", name, any_of(outputs)));
  // Comparing many unknown names with many known ones would take a while.
  const std::string hint = names_.size() <= 1000 ? did_you_mean(name, names()) : "";
  throw Error(Exit::bad_request, place, fmt::format("nothing is called '{}'{}", name, hint));
}

std::vector<bool> Graph::reaching(const std::vector<ValueId>& targets) const {
  std::vector<bool> reaches(values_.size());
  for (const ValueId v : targets) reaches[v] = true;
  for (auto n = nodes_.rbegin(); n != nodes_.rend(); ++n) {
    const auto is_result = [&](std::size_t t) { return n->type->ports()[n->ports[t]].role >= GR_OUTPUT; };
    bool needed = false;
    for (std::size_t t = 0; t < n->values.size(); ++t)
      needed = needed || (is_result(t) && reaches[n->values[t]]);
    for (std::size_t t = 0; needed && t < n->values.size(); ++t)
      if (!is_result(t) && n->values[t] != no_value) reaches[n->values[t]] = true;
  }
  return reaches;
}

gr_size Graph::axis(const Node& node, std::string_view name) const {
  for (std::size_t t = 0; t < node.values.size(); ++t) {
    const auto& axes = node.type->ports()[node.ports[t]].pattern.axes;
    if (node.values[t] == no_value) continue;
    const gr_shape& shape = values_[node.values[t]].shape;
    for (std::size_t a = 0; a < axes.size(); ++a)
      if (axes[a].text == name) return shape.dims[shape.rank - static_cast<std::int64_t>(axes.size() - a)];
  }
  for (std::size_t a = 0; a < node.attributes.size(); ++a)
    if (node.type->attributes()[a].name == name && node.attributes[a].ints.size() == 1)
      return node.attributes[a].ints[0];
  return GR_UNKNOWN;
}

}  // namespace graph_runner
