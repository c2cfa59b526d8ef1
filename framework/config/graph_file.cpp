#include "config/graph_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "config/formula.hpp"
#include "config/reader.hpp"
#include "config/source_text.hpp"
#include "config/training_reader.hpp"

namespace graph_runner {

namespace {

class FileReader {
 public:
  FileReader(const Yaml& root, Registry& registry, Problems& problems)
      : root_(root), registry_(registry), problems_(problems) {}

  void read(GraphFile& file) {
    MapReader top(root_, "the graph file", problems_);
    if (const Yaml* y = top.get("inputs")) read_inputs(*y, file.graph);
    if (const Yaml* y = top.get("parameters")) read_parameters(*y, file.graph);
    if (const Yaml* y = top.require("nodes", "a map from each node's name to {type: …, in: …}"))
      read_nodes(*y, file.graph);
    else
      lost_ = true;
    if (const Yaml* y = top.get("data")) read_data(*y, file.data.emplace(), problems_);
    if (const Yaml* y = top.get("train")) read_train(*y, file.train.emplace(), problems_);
    top.finish();
    const std::vector<std::string> sections{"inputs", "parameters", "nodes"};
    int unknown = 0;
    for (const auto& [key, value] : root_.entries)
      if (std::find(sections.begin(), sections.end(), key.text) != sections.end())
        lost_ = lost_ || value.kind != Yaml::map;
      else
        lost_ = lost_ || ++unknown > 100 || !did_you_mean(key.text, sections).empty();
  }
  // Whether something that others may refer to could not be read at all: then their complaints are none.
  bool lost() const { return lost_; }
  // Reports what the graph would, where it cannot be built.
  void report_types() {
    for (const Problem& p : left_to_graph_) problems_.add(p.place, p.message);
  }

 private:
  // ---- inputs and parameters

  std::vector<AxisSpec> read_shape(const Yaml& yaml, const std::string& what) {
    std::vector<AxisSpec> shape;
    if (yaml.kind != Yaml::list) {
      problems_.add(
          yaml.place,
          fmt::format(
              "{}: found {}, expected a shape: a list of sizes and names of sizes, such as [batch, 10]", what,
              yaml.found()));
      lost_ = true;
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
        lost_ = true;
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
        if (const auto init = read_init(*y, what + ", init")) parameter.init = *init;
      map.finish();
      graph.parameters.push_back(std::move(parameter));
    });
  }

  static std::string initialisers() {
    return "zeros, ones, fan, he, glorot, a number, {uniform: bound} or {normal: deviation}";
  }

  std::optional<Initializer> read_init(const Yaml& yaml, const std::string& what) {
    if (yaml.kind == Yaml::scalar) {
      static const std::vector<std::pair<std::string, Initializer>> named = {{"zeros", {GR_CONSTANT, 0}},
                                                                             {"ones", {GR_CONSTANT, 1}},
                                                                             {"fan", {GR_FAN, 0}},
                                                                             {"he", {GR_HE, 0}},
                                                                             {"glorot", {GR_GLOROT, 0}}};
      std::vector<std::string> names;
      for (const auto& [name, init] : named) {
        if (yaml.text == name) return init;
        names.push_back(name);
      }
      if (const ConstantResult r = evaluate_constant(yaml.text); r.error.empty())
        return Initializer{GR_CONSTANT, r.value};
      problems_.add(yaml.place, fmt::format("{}: found {}, expected {}{}", what, yaml.found(), initialisers(),
                                            did_you_mean(yaml.text, names)));
      return std::nullopt;
    }
    MapReader map(yaml, what, problems_);
    const Yaml* uniform = map.get("uniform");
    const Yaml* normal = map.get("normal");
    if (!map.finish() || !map.is_map()) return std::nullopt;
    if (!uniform == !normal) {
      problems_.add(yaml.place, fmt::format("{}: found a map with {} entries, expected {}", what,
                                            yaml.entries.size(), initialisers()));
      return std::nullopt;
    }
    const Yaml& given = uniform ? *uniform : *normal;
    const auto value = read_real(given, what, problems_);
    if (value && *value < 0)
      problems_.add(given.place, fmt::format("{}: found {}, expected a number of at least 0", what, *value));
    if (!value) return std::nullopt;
    return Initializer{uniform ? GR_UNIFORM : GR_NORMAL, *value};
  }

  // ---- nodes

  void read_nodes(const Yaml& yaml, GraphSpec& graph) {
    if (yaml.kind == Yaml::map && yaml.entries.empty())
      problems_.add(yaml.place, "nodes: declares none; a graph has at least one");
    each_entry(yaml, "nodes", problems_,
               [&](const Yaml& name, const Yaml& value) { read_node(name, value, graph); });
  }

  void read_node(const Yaml& name, const Yaml& value, GraphSpec& graph) {
    const std::string what = fmt::format("node '{}'", name.text);
    NodeSpec node;
    node.name = name.text;
    node.place = name.place;
    if (value.kind != Yaml::map) {
      lost_ = true;
      return problems_.add(value.place,
                           fmt::format("{}: found {}, expected a map such as {{type: ReLU, in: x}}; "
                                       "formulas are not supported yet",
                                       what, value.found()));
    }
    MapReader map(value, what, problems_);
    const Yaml* type = map.require("type", "the name of a node type");
    const auto type_name = type ? read_text(*type, what + ", type", problems_) : std::nullopt;
    map.finish_open();
    if (!type_name) {
      lost_ = true;
      return;
    }
    node.type = *type_name;
    node.type_place = type->place;
    if (const Yaml* y = map.get("in")) read_connections(*y, what, node);
    if (const Yaml* y = map.get("init"))
      each_entry(*y, what + ", init", problems_, [&](const Yaml& port, const Yaml& init) {
        if (const auto made = read_init(init, fmt::format("{}, init of '{}'", what, port.text)))
          node.init.push_back({port.text, *made, port.place});
      });
    const NodeType* known = nullptr;
    try {
      known = &registry_.get(node.type);
    } catch (const Error& e) {  // the graph reports it, with all that is wrong
      left_to_graph_.push_back({node.type_place, fmt::format("{}: {}", what, e.what())});
    }
    for (const auto& [key, setting] : value.entries) {
      if (key.text == "type" || key.text == "in" || key.text == "init") continue;
      const Attribute* attribute = nullptr;
      if (known)
        for (const Attribute& a : known->attributes())
          if (a.name == key.text) attribute = &a;
      if (attribute)
        read_attribute(*attribute, setting, what, node);
      else if (known)
        node.attributes.push_back(
            {key.text, {}, key.place, false});  // the graph reports that there is none of this name
    }
    graph.nodes.push_back(std::move(node));
  }

  void read_connections(const Yaml& yaml, const std::string& what, NodeSpec& node) {
    const auto add = [&](const std::string& port, const Yaml& from) {
      if (const auto name = read_text(from, what + ", in", problems_))
        node.in.push_back({port, *name, from.place});
      else
        lost_ = true;
    };
    if (yaml.kind == Yaml::scalar) {
      add("", yaml);
    } else if (yaml.kind == Yaml::list) {
      for (const Yaml& from : yaml.items) add("", from);
    } else {
      for (const auto& [port, from] : yaml.entries) {
        if (from.kind == Yaml::list)
          for (const Yaml& one : from.items) add(port.text, one);
        else
          add(port.text, from);
      }
    }
  }

  void read_attribute(const Attribute& a, const Yaml& yaml, const std::string& node_what, NodeSpec& node) {
    const std::string what = fmt::format("{}, attribute '{}'", node_what, a.name);
    AttributeValue value;
    value.kind = a.kind;
    const auto wrong = [&](const Yaml& y) {
      problems_.add(y.place, fmt::format("{}: found {}, expected {}{}", what, y.found(), a.expected(),
                                         y.kind != Yaml::scalar || y.plain ? "" : " without quotes"));
    };
    const auto read_one = [&](const Yaml& y) {
      if (y.kind != Yaml::scalar) return wrong(y);
      switch (a.kind) {
        case GR_REAL:
          if (const auto x = read_real(y, what, problems_)) value.reals.push_back(*x);
          break;
        case GR_BOOL:
          if (const auto x = read_bool(y, what, problems_)) value.ints.push_back(*x);
          break;
        case GR_TEXT:
          value.texts.push_back(y.text);
          break;
        default: {
          Problems unparsed;
          const auto x = read_integer(y, what, unparsed);
          if (a.kind == GR_SIZE && (x || is_type_name(y.text)))
            value.texts.push_back(y.text);  // a number or a name, which the graph resolves
          else if (x)
            value.ints.push_back(*x);
          else
            wrong(y);
        }
      }
    };
    const bool list = yaml.kind == Yaml::list;
    if (list != a.list) {
      node.attributes.push_back({a.name, {}, yaml.place, true});
      return wrong(yaml);
    }
    if (list)
      for (const Yaml& y : yaml.items) read_one(y);
    else
      read_one(yaml);
    const bool faulty = value.count() != (list ? yaml.items.size() : 1);
    node.attributes.push_back({a.name, std::move(value), yaml.place, faulty});
  }

  const Yaml& root_;
  Registry& registry_;
  Problems& problems_;
  bool lost_ = false;
  std::vector<Problem> left_to_graph_;
};

// Gives problems that have no place the file's name.
Error in_file(const Error& error, const std::shared_ptr<const SourceText>& source) {
  std::vector<Problem> problems = error.problems();
  for (Problem& p : problems)
    if (!p.place.source) p.place = {source, 0, 0, 0};
  return Error(error.exit(), std::move(problems));
}

}  // namespace

GraphFile read_graph_file(const std::string& path, Registry& registry,
                          const std::vector<std::string>& overrides) {
  return read_graph_text(read_text_file(path), path, registry, overrides);
}

GraphFile read_graph_text(const std::string& text, const std::string& name, Registry& registry,
                          const std::vector<std::string>& overrides) {
  Problems problems;
  Yaml root = parse_yaml(text, name, problems);
  const bool duplicates = !problems.empty();
  for (const std::string& o : overrides) set_scalar(root, o);
  GraphFile file;
  file.path = name;
  file.source = root.place.source;
  FileReader reader(root, registry, problems);
  reader.read(file);
  // What the graph finds wrong belongs to the same report.
  if (!problems.empty()) try {
      if (duplicates || reader.lost() || file.graph.nodes.empty())
        reader.report_types();
      else
        build_graph(file, registry);
    } catch (const Error& e) {
      problems.add(e);
    }
  problems.raise();
  return file;
}

Graph build_graph(const GraphFile& file, Registry& registry) {
  try {
    return Graph(file.graph, registry);
  } catch (const Error& e) {
    throw in_file(e, file.source);
  }
}

}  // namespace graph_runner
