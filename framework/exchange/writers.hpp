// What a graph file can be written as: a way a file, and a row in the table of writers.cpp.
#pragma once

#include <span>
#include <string>

#include "core/registry.hpp"

namespace graph_runner {

struct GraphWriter {
  const char* name;     // "dot": graph-inspect takes it as --dot
  const char* meaning;  // what it prints, for --help
  // The whole text, for the graph file at a path. Throws Error, as reading the file does.
  std::string (*write)(const std::string& path, Registry& registry);
};

std::span<const GraphWriter> graph_writers();

}  // namespace graph_runner
