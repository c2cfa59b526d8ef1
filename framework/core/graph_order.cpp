// The edges between nodes, drawn in Boost.Graph, and the order that they leave.
#include <fmt/format.h>

#include <algorithm>
#include <boost/graph/strong_components.hpp>
#include <boost/range/iterator_range.hpp>
#include <functional>
#include <queue>

#include "core/graph_builder.hpp"

namespace graph_runner {

// A vertex for each node (numbered as in the file), input and parameter declared by hand; an edge for each
// connection.
void Graph::Builder::draw_edges() {
  auto& graph = g_.topology_->graph;
  std::map<ValueId, std::size_t> vertex_of_value;
  for (std::size_t i = 0; i < g_.nodes_.size(); ++i)
    boost::add_vertex({no_value, static_cast<NodeId>(i)}, graph);
  for (ValueId v = 0; v < g_.values_.size(); ++v)
    if (g_.values_[v].node == no_node) vertex_of_value[v] = boost::add_vertex({v, no_node}, graph);
  for (std::size_t i = 0; i < g_.nodes_.size(); ++i) {
    Node& node = g_.nodes_[i];
    for (std::size_t t = 0; t < node.values.size(); ++t) {
      const Connection* c = sources_[i][t];
      // Nothing is known of the outputs of a node without a type.
      if (!c || untyped_.count(c->from.substr(0, c->from.find('.')))) continue;
      try {
        const ValueId v = source(node, *c);
        node.values[t] = v;
        const NodeId from = g_.values_[v].node;
        boost::add_edge(from == no_node ? vertex_of_value[v] : from, i, {v, node.ports[t]}, graph);
      } catch (const Error& e) {
        problems_.add(c->place, fmt::format("node '{}': {}", node.called(), e.problems()[0].message));
      }
    }
  }
}

// An order of the nodes in which each comes after those that feed it.
std::vector<std::size_t> Graph::Builder::sort() {
  const auto& graph = g_.topology_->graph;
  // Kahn's algorithm (1962), always taking the ready node that stands first in the file.
  std::vector<std::size_t> waiting(boost::num_vertices(graph)), order;
  std::priority_queue<std::size_t, std::vector<std::size_t>, std::greater<>> ready;
  const auto settle = [&](std::size_t v) {
    for (const auto& edge : boost::make_iterator_range(boost::out_edges(v, graph)))
      if (const std::size_t to = boost::target(edge, graph); --waiting[to] == 0) ready.push(to);
  };
  for (std::size_t i = 0; i < g_.nodes_.size(); ++i)
    if ((waiting[i] = boost::in_degree(i, graph)) == 0) ready.push(i);
  for (std::size_t v = g_.nodes_.size(); v < waiting.size(); ++v) settle(v);
  for (; !ready.empty(); settle(order.back())) {
    order.push_back(ready.top());
    ready.pop();
  }
  return order;
}

void Graph::Builder::report_cycles() {
  const auto& graph = g_.topology_->graph;
  const std::size_t count = boost::num_vertices(graph);
  std::vector<std::size_t> component(count);
  boost::strong_components(
      graph, boost::make_iterator_property_map(component.begin(), boost::get(boost::vertex_index, graph)));
  std::vector<bool> seen(count);
  for (std::size_t start = 0; start < count; ++start) {
    if (seen[component[start]]) continue;
    // Walk inside the component until a vertex comes again; from there on the walk is a cycle.
    std::vector<std::size_t> walk;
    std::map<std::size_t, std::size_t> position;
    std::size_t at = start;
    while (!position.count(at)) {
      position[at] = walk.size();
      walk.push_back(at);
      const auto [begin, end] = boost::out_edges(at, graph);
      const auto next = std::find_if(
          begin, end, [&](const auto& e) { return component[boost::target(e, graph)] == component[start]; });
      if (next == end) break;
      at = boost::target(*next, graph);
    }
    seen[component[start]] = true;
    const auto [begin, end] = boost::out_edges(walk.back(), graph);
    if (std::none_of(begin, end, [&](const auto& e) { return boost::target(e, graph) == at; })) continue;
    std::string names;
    const std::size_t length = walk.size() - position[at];
    for (std::size_t k = position[at]; k < walk.size(); ++k) {
      if (length > 12 && k - position[at] == 6) names += fmt::format("… ({} more) -> ", length - 10);
      if (length > 12 && k - position[at] >= 6 && walk.size() - k > 4) continue;
      names += fmt::format("{} -> ", g_.nodes_[walk[k]].name);
    }
    problems_.add(
        g_.nodes_[at].place,
        fmt::format(
            "a cycle: {}{}; a graph must have an order in which every node comes after those that feed it",
            names, g_.nodes_[at].name));
  }
}

// Puts the nodes in the order found and renames what refers to them.
void Graph::Builder::reorder(const std::vector<std::size_t>& order) {
  std::vector<NodeId> position(order.size());
  std::vector<Node> sorted;
  for (std::size_t k = 0; k < order.size(); ++k) {
    position[order[k]] = static_cast<NodeId>(k);
    sorted.push_back(std::move(g_.nodes_[order[k]]));
  }
  g_.nodes_ = std::move(sorted);
  for (Value& v : g_.values_)
    if (v.node != no_node) v.node = position[v.node];
  auto& graph = g_.topology_->graph;
  for (std::size_t v = 0; v < boost::num_vertices(graph); ++v)
    if (graph[v].node != no_node) graph[v].node = position[graph[v].node];
}

}  // namespace graph_runner
