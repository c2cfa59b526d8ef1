// Where tools write must be nothing that they read.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tools/run_task.hpp"

namespace graph_runner::cli {

// Throws Error (bad_request) where `output`, which an option gives, is one of `inputs`, by whatever name.
void keep_inputs(const std::string& option, const std::filesystem::path& output,
                 const std::vector<std::filesystem::path>& inputs);

// The same of all that graph-runner writes and reads for a job: neither the model, nor the state beside it,
// nor a prediction may take the place of a graph, claims, data or a plugin.
void keep_inputs(const RunJob& job);

}  // namespace graph_runner::cli
