// Builds a graph from its specs, step by step; each step collects all of its problems before the next begins.
// Private to the files graph_*.cpp.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/binding.hpp"
#include "core/dependencies.hpp"
#include "core/graph.hpp"
#include "core/shapes.hpp"
#include "core/topology.hpp"

namespace graph_runner {

class Graph::Builder {
 public:
  Builder(Graph& graph, const GraphSpec& spec, Registry& registry);
  void build();

 private:
  // graph_builder.cpp: names, node types and attributes
  void declare();
  void take_name(const std::string& name, const char* what, const Place& place);
  gr_shape shape_of(const std::vector<AxisSpec>& axes, const std::string& name, const Place& place);
  void check_given(const InputSpec& input);
  void make_node(std::size_t i);
  void report(const std::string& node, const std::vector<Fault>& faults);
  ValueId add_value(Value value);

  // graph_connect.cpp: what feeds which port
  void connect(std::size_t i);
  ValueId add_made(std::size_t i, const Port& port);
  void add_aliases();
  std::string_view meant(std::string_view name) const;
  bool lacks_type(std::string_view from) const;
  ValueId source(const Node& node, const Connection& c) const;
  void mark_running();
  void set_init(Node& node, const InitSetting& s);

  // graph_order.cpp: edges, cycles, and the order of the nodes
  void draw_edges();
  void report_cycles();
  void reorder(const std::vector<std::size_t>& order);

  // graph_infer.cpp: shapes
  void infer(std::size_t i);
  void set_fan(std::size_t i);

  Graph& g_;
  const GraphSpec& spec_;
  Registry& registry_;
  Problems problems_;
  std::map<std::string, std::pair<std::string, Place>> taken_;  // names, what has them, and where
  // By node, in the order of the file, and by tensor: what the spec feeds it from; null where the node brings
  // it.
  std::vector<std::vector<const Connection*>> sources_;
  std::map<std::string, ValueId, std::less<>> inner_;  // outputs of inner nodes, which formulas alone read
  Dependencies dependencies_;
  std::map<std::string, const AliasSpec*, std::less<>> aliases_;
  std::set<std::string, std::less<>> typeless_;  // the names of nodes without a type
  // By node, in the order of the file (error.hpp). What a poisoned node brings has no shape, and where the
  // node has no type either, it brings nothing that could be named.
  std::vector<bool> poisoned_;
};

}  // namespace graph_runner
