// Reads graph files (graphs/README.md is the format's reference) into the plain structs of core and train.
#pragma once

#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "analysis/critical.hpp"
#include "core/graph.hpp"
#include "data/data_spec.hpp"
#include "file/block_use.hpp"
#include "file/sweep.hpp"
#include "formulas/claim_text.hpp"
#include "train/train_spec.hpp"

namespace graph_runner {

struct GraphFile {
  std::string path;
  std::shared_ptr<const SourceText> source;
  std::vector<std::string> settings;  // of --set, with which it was read
  GraphSpec graph;
  std::optional<DataSpec> data;
  std::optional<TrainSpec> train;
  std::vector<SweepAxis> sweep;
  std::vector<CriticalSpec> critical;
  std::vector<ClaimText> claims;  // of `check:`, then of `refuted:`
  std::vector<BlockUse> uses;     // of blocks, whose nodes are in `graph`
  std::set<std::string> rows;     // nodes that are rows: vectors that lie

  // Where relative paths start.
  std::filesystem::path folder() const;
};

// Reads a file, with `settings` of the form path=value (--set) applied. The registry tells the kinds of
// attributes. All problems past the YAML syntax are reported at once. Throws Error.
GraphFile read_graph_file(const std::string& path, Registry& registry,
                          const std::vector<std::string>& settings = {});
// The same from a text; `name` is what messages call it, and relative paths start at its folder.
GraphFile read_graph_text(const std::string& text, const std::string& name, Registry& registry,
                          const std::vector<std::string>& settings = {});

// The same from a tree that parse_yaml has made, with the problems that it has found, and to which
// include_blocks has added what it includes.
GraphFile read_graph_tree(const Yaml& root, Problems problems, Registry& registry);

// The graph of a file, and what the file asks of it under `critical:`.
struct BuiltGraph {
  Graph graph;
  std::vector<CriticalRequest> critical;  // one an entry, in the order of the file
};

// Builds it; problems without a place are given the file's name. Throws Error.
BuiltGraph build_file(const GraphFile& file, Registry& registry);
// The graph alone.
Graph build_graph(const GraphFile& file, Registry& registry);

}  // namespace graph_runner
