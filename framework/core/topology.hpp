// The graph's structure in Boost.Graph: a vertex for each node, input and parameter, an edge for each
// connection. Private to graph.cpp and its parts.
#pragma once

#include <boost/graph/adjacency_list.hpp>
#include <string>

#include "core/graph.hpp"

namespace graph_runner {

struct Graph::Topology {
  struct Vertex {
    ValueId value = no_value;  // an input or parameter, or
    NodeId node = no_node;     // a node, by its position in the file (before sorting) or in the order (after)
  };
  struct Edge {
    ValueId value = no_value;  // what flows
    std::uint32_t port = 0;    // into which port
  };
  using Type = boost::adjacency_list<boost::vecS, boost::vecS, boost::bidirectionalS, Vertex, Edge>;
  Type graph;
};

}  // namespace graph_runner
