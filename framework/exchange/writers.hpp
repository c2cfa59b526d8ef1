// What a graph file can be written as: a way a file, and a row in the table of writers.cpp.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/registry.hpp"
#include "yaml/document.hpp"

namespace graph_runner {

struct GraphWriter {
  const char* name;     // "dot": graph-inspect takes it as --dot
  const char* meaning;  // what it prints, for --help
  // The whole text, for the graph file at a path. Throws Error, as reading the file does.
  std::string (*write)(const std::string& path, Registry& registry);
};

std::span<const GraphWriter> graph_writers();

// A tree as JSON on one line: numbers, true and false without quotes are such, all else are texts.
std::string json_of_yaml(const Yaml& yaml);

// A YAML text as JSON on one line, with settings of the form path=value (--set) applied, the blocks that it
// includes among its own, and without `sweep:`, for a run is one of its runs: what a saved model says of the
// graph file that it was trained by. `name` is what messages call it. Throws Error.
std::string json_of_run(const std::string& text, const std::string& name,
                        const std::vector<std::string>& settings);

}  // namespace graph_runner
