#include "file/graph_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "core/text.hpp"
#include "file/block_count.hpp"
#include "file/block_expander.hpp"
#include "file/block_include.hpp"
#include "file/block_reader.hpp"
#include "file/claim_reader.hpp"
#include "file/critical_reader.hpp"
#include "file/data_reader.hpp"
#include "file/input_reader.hpp"
#include "file/node_reader.hpp"
#include "file/reader.hpp"
#include "file/training_reader.hpp"
#include "yaml/source_text.hpp"

namespace graph_runner {

namespace {

class FileReader {
 public:
  FileReader(const Yaml& root, bool poisoned, Registry& registry, Problems& problems)
      : root_(root),
        registry_(registry),
        problems_(problems),
        nodes_(registry, problems),
        poisoned_(poisoned) {}

  void read(GraphFile& file) {
    find_poisoned_sections();
    MapReader top(root_, "the graph file", problems_);
    if (const Yaml* y = top.get("inputs")) poisoned_ |= !read_inputs(*y, file.graph.inputs, problems_);
    if (const Yaml* y = top.get("parameters"))
      poisoned_ |= !read_parameters(*y, file.graph.parameters, problems_);
    Problems found;  // a block that is wrong is told of once, and not expanded
    if (const Yaml* y = top.get("blocks")) blocks_ = read_blocks(*y, registry_, found);
    poisoned_ |= !pass_on(found, problems_);
    top.get("include");  // which is read before
    if (const Yaml* y = top.require("nodes", "a map from each node's name to {type: …, in: …}"))
      read_nodes(*y, file);
    else
      poisoned_ = true;
    if (const Yaml* y = top.get("data")) read_data(*y, file.data.emplace(), problems_);
    if (const Yaml* y = top.get("train")) read_train(*y, file.train.emplace(), registry_, problems_);
    if (const Yaml* y = top.get("sweep")) read_sweep(*y, file.sweep, problems_);
    read_claims(top, true, file.claims, problems_);
    if (const Yaml* y = top.get("critical")) read_critical(*y, file.critical, problems_);
    top.finish();
  }
  // Whether something that others may name could not be read at all: then the whole file is poisoned.
  bool poisoned() const { return poisoned_ || nodes_.poisoned(); }
  void report_types() { nodes_.report_types(); }

 private:
  void find_poisoned_sections() {
    const std::vector<std::string> sections{"inputs", "parameters", "blocks", "include", "nodes"};
    int unknown = 0;
    for (const auto& [key, value] : root_.entries)
      if (std::find(sections.begin(), sections.end(), key.text) != sections.end())
        poisoned_ = poisoned_ || (value.kind != Yaml::map && key.text != "include");
      else
        poisoned_ = poisoned_ || ++unknown > 100 || !did_you_mean(key.text, sections).empty();
  }

  // ---- nodes

  void read_nodes(const Yaml& yaml, GraphFile& file) {
    if (yaml.kind == Yaml::map && yaml.entries.empty())
      problems_.add(yaml.place, "nodes: declares none; a graph has at least one");
    std::set<std::string> known;
    for (const InputSpec& i : file.graph.inputs) {
      known.insert(i.name);
      for (const AxisSpec& a : i.shape) known.insert(a.name);
    }
    for (const ParameterSpec& p : file.graph.parameters) known.insert(p.name);
    for (const Yaml::Entry& e : yaml.entries) known.insert(e.key.text);
    BlockExpander expander(blocks_, known, nodes_, registry_, problems_);
    std::set<std::string> used;
    Problems found;
    if (!poisoned_ && !blocks_.empty()) count_blocks(yaml, blocks_, used, found);
    poisoned_ |= !pass_on(found, problems_);
    if (poisoned_ && !blocks_.empty()) return expander.read_others(yaml);
    std::vector<NodeEntry> entries = expander.expand(yaml, file.uses);
    for (const auto& [name, block] : blocks_)
      if (!used.count(name)) expander.try_unused(block);
    if (poisoned())  // what formulas name may be there
      for (NodeEntry& e : entries) e.spec.poisoned = e.spec.poisoned || e.formula, e.formula.reset();
    add_nodes(std::move(entries), file.graph, registry_, problems_, file.rows);
  }

  const Yaml& root_;
  Registry& registry_;
  Problems& problems_;
  NodeReader nodes_;
  Blocks blocks_;
  bool poisoned_;
};

// Gives problems that have no place the file's name.
Error in_file(const Error& error, const std::shared_ptr<const SourceText>& source) {
  std::vector<Problem> problems = error.problems();
  for (Problem& p : problems)
    if (!p.place.source) p.place = {source, 0, 0, 0};
  return Error(error.exit(), std::move(problems));
}

}  // namespace

std::filesystem::path GraphFile::folder() const {
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  return folder.empty() ? "." : folder;
}

GraphFile read_graph_file(const std::string& path, Registry& registry,
                          const std::vector<std::string>& settings) {
  return read_graph_text(read_text_file(path), path, registry, settings);
}

GraphFile read_graph_text(const std::string& text, const std::string& name, Registry& registry,
                          const std::vector<std::string>& settings) {
  Problems problems;
  Yaml root = parse_yaml(text, name, problems);
  for (const std::string& s : settings) set_value(root, s);
  include_blocks(root, problems);
  GraphFile file = read_graph_tree(root, std::move(problems), registry);
  file.settings = settings;
  return file;
}

GraphFile read_graph_tree(const Yaml& root, Problems problems, Registry& registry) {
  const bool duplicates = !problems.empty();  // left out of the tree, so that names may be missing
  GraphFile file;
  file.source = root.place.source;
  file.path = file.source->name;
  FileReader reader(root, duplicates, registry, problems);
  reader.read(file);
  // What the graph finds wrong belongs to the same report.
  if (!problems.empty()) try {
      if (reader.poisoned() || file.graph.nodes.empty())
        reader.report_types();
      else
        critical_requests(Graph(file.graph, registry), file.critical);
    } catch (const Error& e) {
      problems.add(in_file(e, file.source));
    }
  problems.raise();
  return file;
}

BuiltGraph build_file(const GraphFile& file, Registry& registry) {
  try {
    Graph graph(file.graph, registry);
    std::vector<CriticalRequest> critical = critical_requests(graph, file.critical);
    return {std::move(graph), std::move(critical)};
  } catch (const Error& e) {
    if (!e.problems().empty()) throw in_file(e, file.source);
    const auto poisoned = std::find_if(file.graph.nodes.begin(), file.graph.nodes.end(),
                                       [](const NodeSpec& n) { return n.poisoned; });
    throw Error(e.exit(), poisoned->place,
                fmt::format("node '{}': what it names has no shape", poisoned->name));
  }
}

Graph build_graph(const GraphFile& file, Registry& registry) { return build_file(file, registry).graph; }

}  // namespace graph_runner
