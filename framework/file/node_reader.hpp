// The entries of `nodes:` in a graph file, and initialisers.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "file/reader.hpp"
#include "formulas/formula_nodes.hpp"

namespace graph_runner {

// What initialisers there are, for messages.
std::string initialisers();
std::optional<Initializer> read_init(const Yaml& yaml, const std::string& what, Problems& problems);

// The sizes that may stand in the attributes of a block's nodes: their names inside the block, and their
// paths (frame.hpp).
struct BlockSizes {
  std::map<std::string, std::string, std::less<>> by_name;
  std::set<std::string, std::less<>> paths;
  std::set<std::string, std::less<>> others;  // texts that attributes of the block stand for
};

// Reads the value of an attribute into `node`; one that could not be read is poisoned (error.hpp). `what`
// names it in messages ("node 'h', attribute 'units'"). In a block, the path of a size may stand for a whole
// number, which is then a text.
void read_attribute(const Attribute& a, const Yaml& yaml, const std::string& what, Problems& problems,
                    NodeSpec& node, const BlockSizes* sizes = nullptr);

// Reads what feeds a node: a name, a list of them, or a map from ports. Returns whether all could be read.
bool read_connections(const Yaml& yaml, const std::string& what, NodeSpec& node, Problems& problems);

class NodeReader {
 public:
  NodeReader(Registry& registry, Problems& problems) : registry_(registry), problems_(problems) {}

  // An entry that could not be read is poisoned (error.hpp).
  NodeEntry read(const Yaml& name, const Yaml& value, const FormulaOptions& options,
                 const BlockSizes* sizes = nullptr);
  // Whether a connection could not be read at all.
  bool poisoned() const { return poisoned_; }
  // Reports what the graph would, where it cannot be built.
  void report_types() {
    for (const Problem& p : left_to_graph_) problems_.add(p.place, p.message);
  }

 private:
  Registry& registry_;
  Problems& problems_;
  bool poisoned_ = false;
  std::vector<Problem> left_to_graph_;
};

}  // namespace graph_runner
