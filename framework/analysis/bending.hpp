// Which nodes can make a value jump or bend: found once for each type with its attributes, by looking at one
// such node alone.
#pragma once

#include <map>
#include <string>

#include "core/graph.hpp"

namespace graph_runner {

class Bending {
 public:
  // Whether jumps were found along random lines in the node's inputs (analysis/bends.hpp); also where the
  // node cannot be looked at, as it is discrete or fails.
  bool may_bend(const Graph& graph, const Node& node, const SizeValues& sizes);

 private:
  std::map<std::string, bool> known_;  // by type and attributes
};

}  // namespace graph_runner
