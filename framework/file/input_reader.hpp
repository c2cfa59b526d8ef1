// What feeds a graph: the sections `inputs:` and `parameters:` of a graph file, and shapes.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/graph.hpp"
#include "file/node_reader.hpp"

namespace graph_runner {

// A list of sizes and names of sizes; nothing where one could not be read, which is reported. `what` names it
// in messages. In a block, the path of a size may stand for a name.
std::optional<std::vector<AxisSpec>> read_shape(const Yaml& yaml, const std::string& what, Problems& problems,
                                                const BlockSizes* sizes = nullptr);

// Each returns whether all shapes could be read.
bool read_inputs(const Yaml& yaml, std::vector<InputSpec>& inputs, Problems& problems);
bool read_parameters(const Yaml& yaml, std::vector<ParameterSpec>& parameters, Problems& problems,
                     const BlockSizes* sizes = nullptr);

}  // namespace graph_runner
