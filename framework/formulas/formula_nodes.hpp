// The nodes of a graph file, some of them formulas, as nodes of types: reads the formulas and lowers each
// after those that it names.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "core/graph.hpp"
#include "formulas/formula.hpp"
#include "formulas/frame.hpp"
#include "yaml/document.hpp"

namespace graph_runner {

// What stands under `nodes:`, and what blocks bring. In a block, the formula's names are those of the frame;
// all others are the graph's. An attribute may be a size that an input of a block names: its path stands
// where the name of a size would.
struct NodeEntry {
  enum Kind { node, parameter, alias };
  NodeSpec spec;  // of a formula: its name, place and text; of a parameter and an alias: name and place
  std::optional<Formula> formula;
  Kind kind = node;
  std::shared_ptr<const Frame> frame = nullptr;
  std::vector<AxisSpec> shape = {};  // of a parameter
  Initializer init = {};
  std::string of = "";  // of an alias
};

// Reads a formula: a text, or a list whose entries are the rows or numbers of the value. Reports what is
// wrong, and returns nothing then.
std::optional<Formula> read_formula(const Yaml& yaml, const std::string& what, Problems& problems,
                                    const FormulaOptions& options = {});

// Appends the entries to the graph, whose inputs and parameters are known. A formula that is wrong is
// reported and becomes a poisoned node; what feeds a block and does not fit its pattern is reported. The
// names of values that are rows are added to `rows`. Time is linear in nodes and connections.
void add_nodes(std::vector<NodeEntry> entries, GraphSpec& graph, Registry& registry, Problems& problems,
               std::set<std::string>& rows);

}  // namespace graph_runner
