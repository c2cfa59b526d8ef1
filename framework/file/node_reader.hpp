// The entries of `nodes:` in a graph file, and initialisers.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "file/reader.hpp"
#include "formulas/formula_nodes.hpp"

namespace graph_runner {

// What initialisers there are, for messages.
std::string initialisers();
std::optional<Initializer> read_init(const Yaml& yaml, const std::string& what, Problems& problems);

// Reads the value of an attribute into `node`; one that could not be read is poisoned (error.hpp). `what`
// names it in messages ("node 'h', attribute 'units'").
void read_attribute(const Attribute& a, const Yaml& yaml, const std::string& what, Problems& problems,
                    NodeSpec& node);

class NodeReader {
 public:
  NodeReader(Registry& registry, Problems& problems) : registry_(registry), problems_(problems) {}

  // An entry that could not be read is poisoned (error.hpp).
  NodeEntry read(const Yaml& name, const Yaml& value, const FormulaOptions& options);
  // Whether a connection could not be read at all.
  bool poisoned() const { return poisoned_; }
  // Reports what the graph would, where it cannot be built.
  void report_types() {
    for (const Problem& p : left_to_graph_) problems_.add(p.place, p.message);
  }

 private:
  void read_connections(const Yaml& yaml, const std::string& what, NodeSpec& node);

  Registry& registry_;
  Problems& problems_;
  bool poisoned_ = false;
  std::vector<Problem> left_to_graph_;
};

}  // namespace graph_runner
