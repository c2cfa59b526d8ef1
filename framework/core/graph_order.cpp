// The edges between nodes, drawn in Boost.Graph, the cycles that they make, and the nodes put in order.
#include <fmt/format.h>

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
      if (!c || lacks_type(c->from)) continue;
      try {
        const ValueId v = source(node, *c);
        node.values[t] = v;
        const NodeId from = g_.values_[v].node;
        if (from != no_node) dependencies_.add(from, i);
        boost::add_edge(from == no_node ? vertex_of_value[v] : from, i, {v, node.ports[t]}, graph);
      } catch (const Error& e) {
        problems_.add(c->place, fmt::format("node '{}': {}", node.called(), e.problems()[0].message));
      }
    }
  }
}

void Graph::Builder::report_cycles() {
  for (const std::vector<std::size_t>& cycle : dependencies_.cycles()) {
    std::vector<std::string> names;
    for (const std::size_t i : cycle) names.push_back(g_.nodes_[i].name);
    problems_.add(g_.nodes_[cycle[0]].place, cycle_message(names));
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
