#include "file/node_reader.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/optimizer_type.hpp"
#include "core/text.hpp"

namespace graph_runner {

std::string initialisers() {
  return "zeros, ones, fan, he, glorot, a number, {uniform: bound} or {normal: deviation}";
}

std::optional<Initializer> read_init(const Yaml& yaml, const std::string& what, Problems& problems) {
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
    if (const ConstantResult r = evaluate_constant(yaml); r.error.empty())
      return Initializer{GR_CONSTANT, r.value};
    problems.add(yaml.place, fmt::format("{}: found {}, expected {}{}", what, yaml.found(), initialisers(),
                                         did_you_mean(yaml.text, names)));
    return std::nullopt;
  }
  MapReader map(yaml, what, problems);
  const Yaml* uniform = map.get("uniform");
  const Yaml* normal = map.get("normal");
  if (!map.finish() || !map.is_map()) return std::nullopt;
  if (!uniform == !normal) {
    problems.add(yaml.place, fmt::format("{}: found a map with {} entries, expected {}", what,
                                         yaml.entries.size(), initialisers()));
    return std::nullopt;
  }
  const Yaml& given = uniform ? *uniform : *normal;
  const auto value = read_real(given, what, problems);
  if (value && *value < 0)
    problems.add(given.place, fmt::format("{}: found {}, expected a number of at least 0", what, *value));
  if (!value) return std::nullopt;
  return Initializer{uniform ? GR_UNIFORM : GR_NORMAL, *value};
}

// The path of a size of a block that a text names.
std::optional<std::string> named_size(const std::string& text, const BlockSizes& sizes) {
  const auto named = sizes.by_name.find(text);
  const std::string& path = named == sizes.by_name.end() ? text : named->second;
  return sizes.paths.count(path) ? std::optional(path) : std::nullopt;
}

void read_attribute(const Attribute& a, const Yaml& yaml, const std::string& what, Problems& problems,
                    NodeSpec& node, const BlockSizes* sizes) {
  AttributeValue value;
  value.kind = a.kind;
  const auto wrong = [&](const Yaml& y) {
    problems.add(y.place, fmt::format("{}: found {}, expected {}{}", what, y.found(), a.expected(),
                                      y.kind != Yaml::scalar || y.plain ? "" : " without quotes"));
  };
  const auto read_one = [&](const Yaml& y) {
    if (y.kind != Yaml::scalar) return wrong(y);
    switch (a.kind) {
      case GR_REAL: {
        Problems unread;  // of what stands where a list is expected
        const bool alone = a.list && &y == &yaml;
        const auto x = read_real(y, what, alone ? unread : problems);
        if (!x && alone) return wrong(y);
        if (x) value.reals.push_back(*x);
        break;
      }
      case GR_BOOL:
        if (const auto x = read_bool(y, what, problems)) value.ints.push_back(*x);
        break;
      case GR_TEXT:
        value.texts.push_back(y.text);
        break;
      default: {
        if (const auto path = sizes ? named_size(y.text, *sizes) : std::nullopt)
          return value.texts.push_back(*path);
        if (sizes && a.kind == GR_SIZE && is_type_name(y.text) && !sizes->others.count(y.text))
          return problems.add(y.place,
                              fmt::format("{}: no input of the block has a size called '{}'", what, y.text));
        Problems unparsed;
        const auto x = read_integer(y, what, unparsed);
        if (a.kind == GR_SIZE && sizes && !x && !is_type_name(y.text))
          problems.add(y.place, fmt::format("{}: found {}; inside a block, a size is a number or a name, and "
                                            "such as 'n - 1' stands in formulas",
                                            what, y.found()));
        else if (a.kind == GR_SIZE)
          value.texts.push_back(y.text);  // the graph knows the names
        else if (x && sizes)
          value.texts.push_back(y.text);  // among sizes, that become numbers later
        else if (x)
          value.ints.push_back(*x);
        else
          wrong(y);
      }
    }
  };
  const bool list = yaml.kind == Yaml::list;
  if (list && !a.list) {
    node.attributes.push_back({a.name, {}, yaml.place, true});
    return wrong(yaml);
  }
  if (list)
    for (const Yaml& y : yaml.items) read_one(y);
  else
    read_one(yaml);
  const bool poisoned = value.count() != (list ? yaml.items.size() : 1);
  node.attributes.push_back({a.name, std::move(value), yaml.place, poisoned});
}

NodeEntry NodeReader::read(const Yaml& name, const Yaml& value, const FormulaOptions& options,
                           const BlockSizes* sizes) {
  const std::string what = fmt::format("node '{}'", name.text);
  NodeEntry entry;
  NodeSpec& node = entry.spec;
  node.name = name.text;
  node.place = name.place;
  if (value.kind != Yaml::map) {
    entry.formula = read_formula(value, what, problems_, options);
    node.poisoned = !entry.formula;
    if (entry.formula) node.formula = value.kind == Yaml::scalar ? value.text : print_formula(*entry.formula);
    return entry;
  }
  MapReader map(value, what, problems_);
  const Yaml* type = map.require("type", "the name of a node type");
  const auto type_name = type ? read_text(*type, what + ", type", problems_) : std::nullopt;
  map.finish_open();
  node.poisoned = !type_name;
  if (!type_name) return entry;
  node.type = *type_name;
  node.type_place = type->place;
  if (const Yaml* y = map.get("in")) poisoned_ |= !read_connections(*y, what, node, problems_);
  if (const Yaml* y = map.get("init"))
    each_entry(*y, what + ", init", problems_, [&](const Yaml& port, const Yaml& init) {
      if (const auto made = read_init(init, fmt::format("{}, init of '{}'", what, port.text), problems_))
        node.init.push_back({port.text, *made, port.place});
    });
  const NodeType* known = nullptr;
  try {
    known = &registry_.get(node.type);
  } catch (const Error& e) {  // the graph reports it, with all that is wrong
    left_to_graph_.push_back({node.type_place, fmt::format("{}: {}", what, e.what())});
  }
  if (known && is_optimizer(*known)) {
    problems_.add(node.type_place, fmt::format("{}: {} is an optimizer, and no node of a graph: it stands in "
                                               "'train: {{optimizer: {{type: {}, rate: …}}}}'",
                                               what, node.type, node.type));
    node.poisoned = true;
    return entry;
  }
  for (const auto& [key, setting] : value.entries) {
    if (key.text == "type" || key.text == "in" || key.text == "init") continue;
    const Attribute* attribute = nullptr;
    if (known)
      for (const Attribute& a : known->attributes())
        if (a.name == key.text) attribute = &a;
    if (attribute)
      read_attribute(*attribute, setting, fmt::format("{}, attribute '{}'", what, key.text), problems_, node,
                     sizes);
    else if (known)
      node.attributes.push_back(
          {key.text, {}, key.place, false});  // the graph reports that there is none of this name
  }
  return entry;
}

bool read_connections(const Yaml& yaml, const std::string& what, NodeSpec& node, Problems& problems) {
  bool fine = true;
  const auto add = [&](const std::string& port, const Yaml& from) {
    const auto name = read_text(from, what + ", in", problems);
    if (name) node.in.push_back({port, *name, from.place});
    fine &= name.has_value();
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
  return fine;
}

}  // namespace graph_runner
