// A training state as a file, FILE.resume: all that training goes on from, and by what it was trained.
#pragma once

#include <filesystem>
#include <string>

#include "train/model_file.hpp"
#include "train/state.hpp"

namespace graph_runner {

struct SavedState {
  TrainingState state;
  std::string graph;  // the graph file that it was trained by, as JSON; empty where that is not known
};

// `like` tells the shapes of the graph's parameters. Writes all of it or nothing. Throws Error (file_failed).
void write_state(const std::filesystem::path& file, const SavedState& saved, const Graph& graph,
                 const Parameters& like);
// Throws Error: file_failed where the file cannot be read, bad_request where it is damaged, or its parameters
// are not those of this graph.
SavedState read_state(const std::filesystem::path& file, const Graph& graph, const Parameters& like);

}  // namespace graph_runner
