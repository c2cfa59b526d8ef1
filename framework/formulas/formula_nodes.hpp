// The nodes of a graph file, some of them formulas, as nodes of types: reads the formulas and lowers each
// after those that it names.
#pragma once

#include <optional>
#include <set>
#include <vector>

#include "core/graph.hpp"
#include "formulas/formula.hpp"
#include "yaml/document.hpp"

namespace graph_runner {

// A node as it stands in the file.
struct NodeEntry {
  NodeSpec spec;  // of a formula: its name, place and text
  std::optional<Formula> formula;
};

// Reads a formula: a text, or a list whose entries are the rows or numbers of the value. Reports what is
// wrong, and returns nothing then.
std::optional<Formula> read_formula(const Yaml& yaml, const std::string& what, Problems& problems,
                                    const FormulaOptions& options = {});

// Appends the nodes to the graph, whose inputs and parameters are known. A formula that is wrong is reported
// and becomes a poisoned node. The names of values that are rows are added to `rows`. Time is linear in nodes
// and connections.
void add_nodes(std::vector<NodeEntry> entries, GraphSpec& graph, Registry& registry, Problems& problems,
               std::set<std::string>& rows);

}  // namespace graph_runner
