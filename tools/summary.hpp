// The summary of a graph that tools print: nodes, shapes, parameter counts, inputs.
#pragma once

#include <string>

#include "core/graph.hpp"
#include "core/parameters.hpp"
#include "file/block_use.hpp"
#include "tools/cli.hpp"

namespace graph_runner::cli {

// A table of the nodes in order of computation, in which a use of a block is one line. Parameters are counted
// where their shapes are numbers for `sizes`.
std::string summary_text(const Graph& graph, const SizeValues& sizes, const std::vector<BlockUse>& uses);
Json summary_json(const Graph& graph, const SizeValues& sizes, const std::vector<BlockUse>& uses);

// The number of entries of a parameter, or -1 where a size is not known.
std::int64_t parameter_entries(const Graph& graph, ValueId v, const SizeValues& sizes);

}  // namespace graph_runner::cli
