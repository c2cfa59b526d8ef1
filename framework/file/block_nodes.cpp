// The nodes and parameters inside a block, for one use of it.
#include <fmt/format.h>

#include <algorithm>

#include "core/binding.hpp"
#include "core/text.hpp"
#include "file/block_expander.hpp"
#include "file/input_reader.hpp"

namespace graph_runner {

void BlockExpander::add(const Yaml& name, const Yaml& value, Instance& inside,
                        std::vector<NodeEntry>& entries) {
  Yaml key = name;
  key.place.used_at = inside.use;
  Yaml made = instance_of(value, inside.values, inside.use);
  if (block_of(made)) return add_use(key, std::move(made), &inside, inside.block->nodes, entries);
  FormulaOptions options;
  options.axes = [&](const std::string& text) {
    const bool known =
        inside.frame->names.count(text) || inside.frame->sizes.count(text) || inside.values.count(text);
    return known ? std::optional<std::size_t>(0) : std::nullopt;
  };
  key.text = inside.path + "." + name.text;
  NodeEntry entry = reader_.read(key, made, options, &inside.sizes);
  entry.frame = inside.frame;
  hint_at_block(entry.spec);
  if (entry.formula) {
    const std::string what = fmt::format("node '{}'", key.text);
    const bool fine = replace_attributes(*entry.formula, inside.values, what, problems_);
    if (!check_formula(*entry.formula, what, inside) || !fine) {
      entry.formula.reset();
      entry.spec.poisoned = true;
    }
  }
  connect(entry.spec, known_type(entry.spec), inside);
  if (inside.owner != inside.path) tie(entry.spec, name.text, inside);
  entries.push_back(std::move(entry));
}

// A type that is none and looks meant for a block.
void BlockExpander::hint_at_block(NodeSpec& node) {
  if (node.poisoned || node.type.empty() || std::binary_search(types_.begin(), types_.end(), node.type))
    return;
  std::vector<std::string> blocks;
  for (const auto& [known, block] : blocks_) blocks.push_back(known);
  const std::string hint = blocks.size() <= 1000 ? did_you_mean(node.type, blocks) : "";
  if (hint.empty()) return;
  refuse(node.type_place, node.name,
         fmt::format("there is neither a node type nor a block '{}'{}", node.type, hint));
  node.poisoned = true;
}

void BlockExpander::add_parameters(Instance& inside, std::vector<NodeEntry>& entries) {
  if (inside.block->parameters.entries.empty()) return;
  Yaml made;
  made.kind = Yaml::map;
  for (const auto& [name, value] : inside.block->parameters.entries) {
    Yaml key = name;
    key.place.used_at = inside.use;
    made.entries.push_back({std::move(key), instance_of(value, inside.values, inside.use)});
  }
  std::vector<ParameterSpec> read;
  const bool fine = read_parameters(made, read, problems_, &inside.sizes);
  for (ParameterSpec& p : read) {
    NodeEntry entry;
    entry.kind = NodeEntry::parameter;
    entry.frame = inside.frame;
    entry.spec.name = inside.path + "." + p.name;
    entry.spec.place = p.place;
    entry.spec.poisoned = !fine;
    entry.init = p.init;
    for (AxisSpec& a : p.shape) {
      if (a.name.empty() || inside.sizes.paths.count(a.name)) continue;
      const auto size = inside.sizes.by_name.find(a.name);
      if (size != inside.sizes.by_name.end()) {
        a.name = size->second;
      } else if (!inside.sizes.others.count(a.name)) {
        problems_.add(p.place, fmt::format("parameter '{}': no input of the block has a size called '{}'",
                                           p.name, a.name));
        entry.spec.poisoned = true;
      }
    }
    entry.shape = std::move(p.shape);
    entries.push_back(std::move(entry));
  }
}

const NodeType* BlockExpander::known_type(const NodeSpec& node) {
  if (!std::binary_search(types_.begin(), types_.end(), node.type)) return nullptr;
  try {
    return &registry_.get(node.type);
  } catch (const Error&) {  // the graph reports it
    return nullptr;
  }
}

// Puts what the graph calls them in the place of the names inside.
void BlockExpander::connect(NodeSpec& node, const NodeType* type, const Instance& inside) {
  std::vector<Connection> fed;
  std::size_t position = 0;
  bool dropped = false;
  const std::vector<std::string> inputs = type ? type->port_names(GR_INPUT) : std::vector<std::string>{};
  for (Connection& c : node.in) {
    const bool by_position = c.port.empty();
    const std::size_t at = position;
    position += by_position;
    if (inside.absent.count(c.from)) {  // what stands behind it keeps its port
      dropped = dropped || by_position;
      continue;
    }
    if (by_position && dropped && !inputs.empty())
      c.port = inputs[std::min(at, inputs.size() - 1)];  // the last may take many
    const std::size_t dot = c.from.find('.');
    const std::string head = c.from.substr(0, dot);
    if (const auto use = inside.fed_at.find(c.from); use != inside.fed_at.end())
      c.place.used_at = std::make_shared<const Place>(use->second);
    if (dot != std::string::npos && inside.owner != inside.path &&
        is_parameter(inside, head, c.from.substr(dot + 1)))
      c.from = inside.owner + "." + c.from;
    else
      c.from = inside.frame->global(c.from).value_or(c.from);
    fed.push_back(std::move(c));
  }
  node.in = std::move(fed);
}

bool BlockExpander::is_parameter(const Instance& inside, const std::string& name, const std::string& port) {
  const Yaml* value = inside.block->nodes.find(name);
  const Yaml* type = value && value->kind == Yaml::map ? value->find("type") : nullptr;
  if (!type) return false;
  if (const Yaml* given = value_of(*type, inside.values)) type = given;
  NodeSpec node;
  node.type = type->text;
  const NodeType* known = known_type(node);
  const int p = known ? known->port(port) : -1;
  return p >= 0 && known->ports()[static_cast<std::size_t>(p)].role == GR_PARAMETER;
}

// Feeds the parameters of a node from those of the same node of another use or repetition.
void BlockExpander::tie(NodeSpec& node, const std::string& name, const Instance& inside) {
  const NodeType* type = known_type(node);
  if (!type || node.poisoned) return;
  for (const std::string& port : type->port_names(GR_PARAMETER))
    if (std::none_of(node.in.begin(), node.in.end(), [&](const Connection& c) { return c.port == port; }))
      node.in.push_back({port, fmt::format("{}.{}.{}", inside.owner, name, port), node.place});
  node.init.clear();
}

// A formula cannot do without an input. Returns whether it need not.
bool BlockExpander::check_formula(const Formula& formula, const std::string& what, const Instance& inside) {
  bool fine = true;
  std::vector<const Formula*> left{&formula};
  while (!left.empty() && !inside.absent.empty()) {
    const Formula& f = *left.back();
    left.pop_back();
    for (const Formula& part : f.parts) left.push_back(&part);
    if (f.kind != Formula::name || !inside.absent.count(f.text)) continue;
    fine = false;
    problems_.add(f.place,
                  fmt::format("{}: nothing feeds '{}' here, an input that may be left out; a formula "
                              "cannot do without it",
                              what, f.text));
  }
  return fine;
}

void BlockExpander::try_unused(const BlockSpec& block) {
  Instance inside;
  inside.block = &block;
  inside.path = inside.owner = block.name;
  inside.frame = std::make_shared<Frame>();
  for (const BlockAttribute& a : block.attributes) {
    if (!a.initial) return;
    inside.values.emplace(a.name, *a.initial);
    inside.sizes.others.insert(a.initial->text);
    for (const Yaml& item : a.initial->items) inside.sizes.others.insert(item.text);
  }
  for (const Port& port : block.face->ports()) inside.frame->names.emplace(port.name, port.name);
  for (const std::string& size : block.sizes) {
    inside.sizes.by_name.emplace(size, inside.path + "." + size);
    inside.sizes.paths.insert(inside.path + "." + size);
    inside.frame->sizes.emplace(size, inside.path + "." + size);
  }
  for (const auto& [name, value] : block.nodes.entries) inside.frame->names.emplace(name.text, name.text);
  for (const auto& [name, value] : block.parameters.entries)
    inside.frame->names.emplace(name.text, name.text);
  std::vector<NodeEntry> entries;
  add_parameters(inside, entries);
  for (const auto& [name, value] : block.nodes.entries) {
    const Yaml made = instance_of(value, inside.values, nullptr);
    if (block_of(made)) continue;  // tried where that is used with what it needs
    const std::size_t before = entries.size();
    add(name, value, inside, entries);
    if (entries.size() == before || entries.back().formula || entries.back().spec.poisoned) continue;
    const NodeSpec& node = entries.back().spec;
    try {
      const NodeType& type = registry_.get(node.type);
      Sizes sizes;
      for (const Fault& f : bind_tensors(node, type).faults) refuse(f.place, name.text, f.why);
      for (const Fault& f : bind_attributes(node, type, sizes).faults)
        if (f.attribute.empty()) refuse(f.place, name.text, f.why);
    } catch (const Error& e) {
      refuse(node.type_place, name.text, e.what());
    }
  }
}

}  // namespace graph_runner
