#include "file/graph_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "core/text.hpp"
#include "file/claim_reader.hpp"
#include "file/critical_reader.hpp"
#include "file/data_reader.hpp"
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
    if (const Yaml* y = top.get("inputs")) read_inputs(*y, file.graph);
    if (const Yaml* y = top.get("parameters")) read_parameters(*y, file.graph);
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
    const std::vector<std::string> sections{"inputs", "parameters", "nodes"};
    int unknown = 0;
    for (const auto& [key, value] : root_.entries)
      if (std::find(sections.begin(), sections.end(), key.text) != sections.end())
        poisoned_ = poisoned_ || value.kind != Yaml::map;
      else
        poisoned_ = poisoned_ || ++unknown > 100 || !did_you_mean(key.text, sections).empty();
  }

  // ---- inputs and parameters

  std::vector<AxisSpec> read_shape(const Yaml& yaml, const std::string& what) {
    std::vector<AxisSpec> shape;
    if (yaml.kind != Yaml::list) {
      problems_.add(
          yaml.place,
          fmt::format(
              "{}: found {}, expected a shape: a list of sizes and names of sizes, such as [batch, 10]", what,
              yaml.found()));
      poisoned_ = true;
      return shape;
    }
    for (const Yaml& axis : yaml.items) {
      const bool number = axis.kind == Yaml::scalar && !axis.text.empty() &&
                          (std::isdigit(static_cast<unsigned char>(axis.text[0])) || axis.text[0] == '-');
      if (axis.kind == Yaml::scalar && !number && is_type_name(axis.text))
        shape.push_back({0, axis.text});
      else if (const auto size = number ? read_integer(axis, what + ", an axis", problems_, 1) : std::nullopt)
        shape.push_back({*size, ""});
      else {
        poisoned_ = true;
        if (!number)
          problems_.add(axis.place,
                        fmt::format("{}, an axis: found {}, expected an integer of at least 1 or the name of "
                                    "a size: a letter, then letters a to z, digits and '_'",
                                    what, axis.found()));
      }
    }
    return shape;
  }

  void read_inputs(const Yaml& yaml, GraphSpec& graph) {
    each_entry(yaml, "inputs", problems_, [&](const Yaml& name, const Yaml& value) {
      InputSpec input;
      input.name = name.text;
      input.place = name.place;
      const std::string what = fmt::format("input '{}'", name.text);
      if (value.kind == Yaml::map) {
        MapReader map(value, what, problems_);
        if (const Yaml* y = map.require("shape", "a list of sizes")) input.shape = read_shape(*y, what);
        if (const Yaml* y = map.get("from")) input.from = read_real(*y, what + ", from", problems_);
        if (const Yaml* y = map.get("to")) input.to = read_real(*y, what + ", to", problems_);
        if (input.from && input.to && *input.from > *input.to)
          problems_.add(value.place, fmt::format("{}: from {} is above to {}", what, *input.from, *input.to));
        if (const Yaml* y = map.get("symmetric"))
          input.symmetric = read_bool(*y, what + ", symmetric", problems_).value_or(false);
        if (const Yaml* y = map.get("positive_definite"))
          input.positive_definite = read_bool(*y, what + ", positive_definite", problems_).value_or(false);
        if (const Yaml* y = map.get("value"))
          read_numbers(*y, what + ", value", input.value_shape, input.value, problems_);
        map.finish();
      } else {
        input.shape = read_shape(value, what);
      }
      graph.inputs.push_back(std::move(input));
    });
  }

  void read_parameters(const Yaml& yaml, GraphSpec& graph) {
    each_entry(yaml, "parameters", problems_, [&](const Yaml& name, const Yaml& value) {
      ParameterSpec parameter;
      parameter.name = name.text;
      parameter.place = name.place;
      const std::string what = fmt::format("parameter '{}'", name.text);
      MapReader map(value, what, problems_);
      if (const Yaml* y = map.require("shape", "a list of sizes")) parameter.shape = read_shape(*y, what);
      if (const Yaml* y = map.require("init", "an initialiser: " + initialisers()))
        if (const auto init = read_init(*y, what + ", init", problems_)) parameter.init = *init;
      map.finish();
      graph.parameters.push_back(std::move(parameter));
    });
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
    FormulaOptions options;
    options.axes = [&](const std::string& name) {
      return known.count(name) ? std::optional<std::size_t>(0) : std::nullopt;
    };
    std::vector<NodeEntry> entries;
    each_entry(yaml, "nodes", problems_, [&](const Yaml& name, const Yaml& value) {
      entries.push_back(nodes_.read(name, value, options));
    });
    if (poisoned())  // what formulas name may be there
      for (NodeEntry& e : entries) e.spec.poisoned = e.spec.poisoned || e.formula, e.formula.reset();
    add_nodes(std::move(entries), file.graph, registry_, problems_, file.rows);
  }

  const Yaml& root_;
  Registry& registry_;
  Problems& problems_;
  NodeReader nodes_;
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
