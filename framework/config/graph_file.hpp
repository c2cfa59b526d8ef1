// Reads graph files (graphs/README.md is the format's reference) into the plain structs of core and train.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/document.hpp"
#include "core/graph.hpp"
#include "train/spec.hpp"

namespace graph_runner {

struct GraphFile {
  std::string path;
  std::shared_ptr<const SourceText> source;
  GraphSpec graph;
  std::optional<DataSpec> data;
  std::optional<TrainSpec> train;
};

// Reads a file, with `--set path=value` overrides applied. The registry tells the kinds of attributes. All
// problems past the YAML syntax are reported at once. Throws Error.
GraphFile read_graph_file(const std::string& path, Registry& registry,
                          const std::vector<std::string>& overrides = {});
// The same from a text; `name` is what messages call it, and relative paths start at its folder.
GraphFile read_graph_text(const std::string& text, const std::string& name, Registry& registry,
                          const std::vector<std::string>& overrides = {});

// Builds the graph of a file; problems without a place are given the file's name. Throws Error.
Graph build_graph(const GraphFile& file, Registry& registry);

}  // namespace graph_runner
