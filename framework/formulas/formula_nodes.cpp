#include "formulas/formula_nodes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/dependencies.hpp"
#include "formulas/lowering.hpp"

namespace graph_runner {

std::optional<Formula> read_formula(const Yaml& yaml, const std::string& what, Problems& problems,
                                    const FormulaOptions& options) {
  const auto refuse = [&](const Place& place, const std::string& why) {
    problems.add(place, fmt::format("{}: {}", what, why));
    return std::nullopt;
  };
  if (yaml.kind == Yaml::map)
    return refuse(yaml.place, "found a map, expected a formula; quote a text that contains ': ' or braces");
  if (yaml.kind == Yaml::list) {
    if (yaml.items.empty()) return refuse(yaml.place, "an empty list, expected numbers or rows");
    Formula list;
    list.kind = Formula::list;
    list.place = yaml.place;
    bool fine = true;
    for (const Yaml& item : yaml.items) {
      std::optional<Formula> part = read_formula(item, what, problems, options);
      fine = fine && part;
      if (!part) continue;
      list.depth = std::max(list.depth, part->depth + 1);
      list.parts.push_back(std::move(*part));
    }
    return fine ? std::optional(std::move(list)) : std::nullopt;
  }
  if (yaml.block)
    return refuse(yaml.place,
                  "YAML takes a text that begins with | or > in its own way; put the formula in quotes");
  // A number is its text, without a search for its place: a line may hold very many.
  if (const auto x = yaml.plain ? plain_number(yaml.text) : std::nullopt; x && yaml.text[0] != '-')
    return Formula{Formula::number, yaml.text, *x, {}, yaml.place, 1};
  try {
    return parse_formula(FormulaText(yaml), options);
  } catch (const Error& e) {
    return refuse(e.problems()[0].place, e.problems()[0].message);
  }
}

namespace {

// The names in a formula, before their dots; of x1, x_1 and x_i, where nothing has the name, x.
template <class Exists>
void add_names(const Formula& whole, const Exists& exists, std::vector<std::string>& names) {
  std::vector<const Formula*> left{&whole};
  while (!left.empty()) {
    const Formula& f = *left.back();
    left.pop_back();
    for (const Formula& part : f.parts) left.push_back(&part);
    if (f.kind != Formula::name) continue;
    std::vector<std::string> meant{f.text.substr(0, f.text.find('.'))};
    for (const ComponentName& c : component_names(f.text)) meant.push_back(c.of.substr(0, c.of.find('.')));
    meant.push_back(f.text.substr(0, f.text.rfind('_')));
    for (const std::string& name : meant) {
      names.push_back(name);
      if (exists(name)) break;
    }
  }
}

// Which entries come after which.
Dependencies dependencies_of(const std::vector<NodeEntry>& entries, const Scope& inputs) {
  std::map<std::string, std::size_t> at;
  for (std::size_t i = 0; i < entries.size(); ++i)
    if (!inputs.find(entries[i].spec.name)) at.emplace(entries[i].spec.name, i);
  const auto exists = [&](const std::string& name) {
    return at.count(name) || inputs.find(name) || inputs.is_size(name);
  };
  Dependencies dependencies(entries.size());
  for (std::size_t i = 0; i < entries.size(); ++i) {
    std::vector<std::string> names;
    for (const Connection& c : entries[i].spec.in) names.push_back(c.from.substr(0, c.from.find('.')));
    if (entries[i].formula) add_names(*entries[i].formula, exists, names);
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    for (const std::string& name : names)
      if (const auto from = at.find(name); from != at.end()) dependencies.add(from->second, i);
  }
  return dependencies;
}

// The cycles that formulas are part of; the graph finds the others.
void report_cycles(const Dependencies& dependencies, const std::vector<NodeEntry>& entries,
                   Problems& problems) {
  for (const std::vector<std::size_t>& cycle : dependencies.cycles()) {
    std::vector<std::string> names;
    bool formula = false;
    for (const std::size_t i : cycle) {
      names.push_back(entries[i].spec.name);
      formula = formula || entries[i].formula;
    }
    if (formula) problems.add(entries[cycle[0]].spec.place, cycle_message(names));
  }
}

// The nodes of a formula; none where it is poisoned, as its name is then.
std::vector<NodeSpec> lower_entry(const NodeEntry& entry, Scope& scope, Problems& problems) {
  const std::string& name = entry.spec.name;
  std::vector<NodeSpec> nodes;
  try {
    Lowering(scope, fmt::format("node '{}'", name), is_name(name) ? name : "node", nodes)
        .lower_as(name, *entry.formula);
    for (NodeSpec& n : nodes) n.part_of = name;
    nodes.back().formula = entry.spec.formula;
    nodes.back().place = entry.spec.place;
    return nodes;
  } catch (const Error& e) {
    problems.add(e);
  } catch (const Poisoned&) {
  }
  scope.poison(name);
  return {};
}

}  // namespace

void add_nodes(std::vector<NodeEntry> entries, GraphSpec& graph, Registry& registry, Problems& problems,
               std::set<std::string>& rows) {
  if (std::none_of(entries.begin(), entries.end(),
                   [](const NodeEntry& e) { return e.formula.has_value(); })) {
    for (NodeEntry& e : entries) graph.nodes.push_back(std::move(e.spec));
    return;
  }
  Scope scope(registry);
  for (const InputSpec& i : graph.inputs) scope.declare(i.name, i.shape);
  for (const ParameterSpec& p : graph.parameters) scope.declare(p.name, p.shape);
  for (const NodeEntry& e : entries) scope.reserve(e.spec.name);
  std::vector<std::vector<NodeSpec>> made(entries.size());
  const Dependencies dependencies = dependencies_of(entries, scope);
  for (const std::size_t i : dependencies.order()) {
    NodeEntry& e = entries[i];
    if (e.formula)
      made[i] = lower_entry(e, scope, problems);
    else if (!e.spec.poisoned)
      scope.add(e.spec);
    else
      scope.poison(e.spec.name);
  }
  for (const NodeEntry& e : entries)
    if (const Named* value = e.formula ? scope.find(e.spec.name) : nullptr; value && value->kind == Kind::row)
      rows.insert(e.spec.name);
  report_cycles(dependencies, entries, problems);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    entries[i].spec.poisoned = entries[i].spec.poisoned || entries[i].formula;
    if (made[i].empty()) made[i].push_back(std::move(entries[i].spec));
    std::move(made[i].begin(), made[i].end(), std::back_inserter(graph.nodes));
  }
}

}  // namespace graph_runner
