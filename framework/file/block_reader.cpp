#include "file/block_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "core/optimizer_type.hpp"
#include "core/text.hpp"
#include "file/node_reader.hpp"

namespace graph_runner {

namespace {

constexpr std::size_t most_ports = 1000;

BlockAttribute::Kind kind_of(const Yaml& value) {
  if (value.kind != Yaml::scalar || (!value.plain && plain_number(value.text))) return BlockAttribute::text;
  if (value.plain && (value.text == "true" || value.text == "false")) return BlockAttribute::truth;
  Problems unparsed;
  if (read_integer(value, "", unparsed)) return BlockAttribute::whole;
  return evaluate_constant(value).error.empty() ? BlockAttribute::real : BlockAttribute::text;
}

// Comparing many unknown names with many known ones would take a while.
std::string hint(const std::string& name, const std::set<std::string>& known) {
  return known.size() <= 1000 ? did_you_mean(name, {known.begin(), known.end()}) : "";
}

class BlockReader {
 public:
  BlockReader(const Yaml& name, const Yaml& yaml, Problems& problems)
      : yaml_(yaml), problems_(problems), what_(fmt::format("block '{}'", name.text)) {
    block_.name = name.text;
    block_.place = name.place;
  }

  BlockSpec read() {
    MapReader map(yaml_, what_, problems_);
    read_inputs(map.get("inputs"));
    if (const Yaml* y = map.get("attributes")) read_attributes(*y);
    if (const Yaml* y = map.get("parameters")) read_parameters(*y);
    if (const Yaml* y = map.require("nodes", "a map from each node's name to {type: …, in: …}"))
      read_nodes(*y);
    if (const Yaml* y = map.require("output", "the name of the node that computes it, or a map from names"))
      read_output(*y);
    map.finish();
    check_connections();
    return std::move(block_);
  }

 private:
  void refuse(const Place& place, const std::string& why) {
    problems_.add(place, fmt::format("{}: {}", what_, why));
  }

  // One namespace for all that has a name inside.
  void take(const std::string& name, const char* what, const Place& place, bool size = false) {
    if (!is_name(name) || characters(name) > 64)
      return refuse(
          place,
          fmt::format("'{}' cannot name {}: a letter, then letters, digits and '_', 64 at most", name, what));
    const auto [at, added] = taken_.try_emplace(name, what);
    if (!added && !(size && at->second == what))
      refuse(place, fmt::format("the name '{}' is taken: {} has it already", name, at->second));
  }

  void read_inputs(const Yaml* yaml) {
    std::vector<Port> ports;
    if (yaml)
      each_entry(*yaml, what_ + ", inputs", problems_, [&](const Yaml& name, const Yaml& value) {
        take(name.text, "an input", name.place);
        if (ports.size() == most_ports) refuse(name.place, fmt::format("more than {} inputs", most_ports));
        if (ports.size() >= most_ports) return;
        Port port{};
        port.name = name.text;
        port.role = GR_INPUT;
        const std::string what = fmt::format("{}, input '{}'", what_, name.text);
        const Yaml* pattern = &value;
        if (value.kind == Yaml::map) {
          MapReader map(value, what, problems_);
          pattern = map.require("shape", "a pattern, such as \"... n\"");
          if (const Yaml* y = map.get("optional"))
            port.optional = read_bool(*y, what + ", optional", problems_).value_or(false);
          map.finish();
        }
        if (pattern) read_pattern(*pattern, what, port);
        ports.push_back(std::move(port));
        block_.input_places.push_back(name.place);
      });
    block_.face = std::make_shared<const NodeType>(block_.name, std::move(ports));
  }

  void read_pattern(const Yaml& yaml, const std::string& what, Port& port) {
    if (yaml.kind != Yaml::scalar) {
      problems_.add(yaml.place,
                    fmt::format("{}: found {}, expected a pattern in quotes, such as \"... n\" or "
                                "\"batch 10\"; \"\" is a single number",
                                what, yaml.found()));
      port.pattern.leading = true;
      return;
    }
    port.shape = yaml.text;
    try {
      port.pattern = parse_pattern(yaml.text);
    } catch (const Error& e) {
      problems_.add(yaml.place, fmt::format("{}: {}", what, e.what()));
    }
    if (port.pattern.open) problems_.add(yaml.place, what + ": found '*', which results alone may be");
    for (const Pattern::Axis& a : port.pattern.axes)
      if (a.kind == Pattern::Axis::name) {
        take(a.text, "a size", yaml.place, true);
        block_.sizes.insert(a.text);
      }
  }

  void read_attributes(const Yaml& yaml) {
    each_entry(yaml, what_ + ", attributes", problems_, [&](const Yaml& name, const Yaml& value) {
      take(name.text, "an attribute", name.place);
      if (is_use_key(name.text) || name.text == "init")
        refuse(name.place, fmt::format("'{}' is reserved and cannot name an attribute", name.text));
      BlockAttribute a;
      a.name = name.text;
      a.place = name.place;
      const bool required = value.kind == Yaml::scalar && value.text == "required";
      if (value.kind == Yaml::map)
        refuse(value.place,
               fmt::format("attribute '{}': found a map, expected its default, or 'required'", name.text));
      else if (!required)
        read_default(value, a);
      block_.attributes.push_back(std::move(a));
    });
  }

  // A list has the kind of its entries; whole numbers among others are numbers.
  void read_default(const Yaml& value, BlockAttribute& a) {
    a.initial = value;
    a.list = value.kind == Yaml::list;
    a.kind = kind_of(a.list && !value.items.empty() ? value.items[0] : value);
    if (a.list && value.items.empty()) a.kind = BlockAttribute::any;
    for (const Yaml& item : value.items) {
      const BlockAttribute::Kind kind = kind_of(item);
      if (item.kind != Yaml::scalar)
        return refuse(item.place,
                      fmt::format("attribute '{}': found {} in its default, expected single values", a.name,
                                  item.found()));
      const auto number = [](BlockAttribute::Kind k) {
        return k == BlockAttribute::whole || k == BlockAttribute::real;
      };
      if (kind == a.kind) continue;
      if (!number(kind) || !number(a.kind))
        return refuse(item.place,
                      fmt::format("attribute '{}': {} is of another kind than the first entry of its "
                                  "default, {}",
                                  a.name, item.found(), value.items[0].found()));
      a.kind = BlockAttribute::real;
    }
  }

  void read_parameters(const Yaml& yaml) {
    block_.parameters = yaml;
    each_entry(yaml, what_ + ", parameters", problems_, [&](const Yaml& name, const Yaml& value) {
      take(name.text, "a parameter", name.place);
      MapReader map(value, fmt::format("{}, parameter '{}'", what_, name.text), problems_);
      map.require("shape", "a list of sizes");
      map.require("init", "an initialiser: " + initialisers());
      map.finish();
    });
  }

  void read_nodes(const Yaml& yaml) {
    block_.nodes = yaml;
    if (yaml.kind == Yaml::map && yaml.entries.empty()) refuse(yaml.place, "declares no nodes");
    each_entry(yaml, what_ + ", nodes", problems_, [&](const Yaml& name, const Yaml&) {
      take(name.text, "a node", name.place);
      (is_name(name.text) ? nodes_ : illegal_).insert(name.text);
    });
  }

  void read_output(const Yaml& yaml) {
    const auto add = [&](const std::string& name, const Yaml& of) {
      const auto from = read_text(of, what_ + ", output", problems_);
      if (!from || nodes_.empty() || illegal_.count(*from)) return;
      const std::string head = from->substr(0, from->find('.'));
      if (!nodes_.count(head))
        return refuse(of.place, fmt::format("output: found '{}', expected a node of the block{}", *from,
                                            hint(*from, nodes_)));
      block_.outputs.push_back({name, *from, of.place});
    };
    if (yaml.kind == Yaml::scalar) return add("", yaml);
    if (yaml.kind == Yaml::list || yaml.entries.empty())
      return refuse(yaml.place,
                    fmt::format("output: found {}, expected the name of a node, or a map from names of "
                                "outputs to nodes",
                                yaml.kind == Yaml::list ? "a list" : "an empty map"));
    each_entry(yaml, what_ + ", output", problems_, [&](const Yaml& name, const Yaml& of) {
      // A node of the name of an output would have the same path.
      if (of.kind == Yaml::scalar && of.text != name.text && taken_.count(name.text))
        return refuse(name.place, fmt::format("output '{}': {} has this name; expected '{}' to be that, or "
                                              "another name",
                                              name.text, taken_.at(name.text), name.text));
      if (!is_name(name.text))
        return refuse(
            name.place,
            fmt::format("'{}' cannot name an output: a letter, then letters, digits and '_'", name.text));
      add(name.text, of);
    });
  }

  // What feeds nodes is of the block.
  void check_connections() {
    std::set<std::string> known;
    for (const auto& [name, what] : taken_)
      if (nodes_.count(name) || block_.face->port(name) >= 0 || block_.parameters.find(name))
        known.insert(name);
    for (const auto& [name, value] : block_.nodes.entries) {
      const Yaml* in = value.kind == Yaml::map ? value.find("in") : nullptr;
      if (!in) continue;
      NodeSpec node;
      Problems later;
      read_connections(*in, "", node, later);  // reported for each use, and once
      for (const Connection& c : node.in) {
        const std::string head = c.from.substr(0, c.from.find('.'));
        if (known.count(head) && (head == c.from || nodes_.count(head))) continue;
        const auto taken = taken_.find(head);
        problems_.add(c.place, fmt::format("{}, node '{}': {}", what_, name.text,
                                           taken != taken_.end() && head == c.from
                                               ? fmt::format("'{}' is {}, and no value", head, taken->second)
                                               : fmt::format("nothing in the block is called '{}'{}", c.from,
                                                             hint(c.from, known))));
      }
    }
  }

  const Yaml& yaml_;
  Problems& problems_;
  std::string what_;
  BlockSpec block_;
  std::map<std::string, std::string> taken_;  // names, and what has them
  std::set<std::string> nodes_, illegal_;     // names of nodes, and those that cannot be
};

}  // namespace

Blocks read_blocks(const Yaml& yaml, Registry& registry, Problems& problems) {
  Blocks blocks;
  const std::vector<std::string> types = registry.names();
  each_entry(yaml, "blocks", problems, [&](const Yaml& name, const Yaml& value) {
    if (!is_type_name(name.text))
      problems.add(name.place,
                   fmt::format("'{}' cannot name a block: a letter, then letters, digits and '_', 64 at most",
                               name.text));
    if (std::binary_search(types.begin(), types.end(), name.text))
      problems.add(name.place,
                   fmt::format("block '{}': a node type has this name; give the block another", name.text));
    blocks.emplace(name.text, BlockReader(name, value, problems).read());
  });
  return blocks;
}

}  // namespace graph_runner
