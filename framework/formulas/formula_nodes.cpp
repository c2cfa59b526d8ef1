#include "formulas/formula_nodes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <queue>

#include "formulas/lowering.hpp"

namespace graph_runner {

std::optional<Formula> read_formula(const Yaml& yaml, const std::string& what, Problems& problems) {
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
      std::optional<Formula> part = read_formula(item, what, problems);
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
  try {
    return parse_formula(FormulaText(yaml));
  } catch (const Error& e) {
    return refuse(e.problems()[0].place, e.problems()[0].message);
  }
}

namespace {

// The names in a formula, before their dots; of x1 and x_1, where nothing has the name, x.
template <class Exists>
void add_names(const Formula& whole, const Exists& exists, std::vector<std::string>& names) {
  std::vector<const Formula*> left{&whole};
  while (!left.empty()) {
    const Formula& f = *left.back();
    left.pop_back();
    for (const Formula& part : f.parts) left.push_back(&part);
    if (f.kind != Formula::name) continue;
    names.push_back(f.text.substr(0, f.text.find('.')));
    if (!exists(names.back()))
      for (const ComponentName& c : component_names(f.text)) {
        names.push_back(c.of.substr(0, c.of.find('.')));
        if (exists(names.back())) break;
      }
  }
}

class Sorter {
 public:
  Sorter(const std::vector<NodeEntry>& entries, const Scope& inputs)
      : entries_(entries), feeds_(entries.size()), fed_by_(entries.size()) {
    std::map<std::string, std::size_t> at;
    for (std::size_t i = 0; i < entries.size(); ++i)
      if (!inputs.find(entries[i].spec.name)) at.emplace(entries[i].spec.name, i);
    const auto exists = [&](const std::string& name) {
      return at.count(name) || inputs.find(name) || inputs.is_size(name);
    };
    for (std::size_t i = 0; i < entries.size(); ++i) {
      std::vector<std::string> names;
      for (const Connection& c : entries[i].spec.in) names.push_back(c.from.substr(0, c.from.find('.')));
      if (entries[i].formula) add_names(*entries[i].formula, exists, names);
      std::sort(names.begin(), names.end());
      names.erase(std::unique(names.begin(), names.end()), names.end());
      for (const std::string& name : names)
        if (const auto from = at.find(name); from != at.end()) {
          feeds_[from->second].push_back(i);
          fed_by_[i].push_back(from->second);
        }
    }
  }

  // Kahn's algorithm (1962). What is part of a cycle, or comes after one, is left out.
  std::vector<std::size_t> order() {
    std::vector<std::size_t> waiting, order;
    std::priority_queue<std::size_t, std::vector<std::size_t>, std::greater<>> ready;
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      waiting.push_back(fed_by_[i].size());
      if (waiting[i] == 0) ready.push(i);
    }
    done_.assign(entries_.size(), false);
    while (!ready.empty()) {
      const std::size_t i = ready.top();
      ready.pop();
      order.push_back(i);
      done_[i] = true;
      for (const std::size_t to : feeds_[i])
        if (--waiting[to] == 0) ready.push(to);
    }
    return order;
  }

  // The cycles that formulas are part of; the graph finds the others.
  void report_cycles(Problems& problems) {
    std::vector<std::size_t> seen(entries_.size(), 0);
    for (std::size_t start = 0; start < entries_.size(); ++start) {
      if (done_[start] || seen[start]) continue;
      // Each that is left is fed by another that is left: going back must come to one a second time.
      std::vector<std::size_t> walk;
      std::size_t at = start;
      for (; !seen[at]; at = next(at)) {
        seen[at] = start + 1;
        walk.push_back(at);
      }
      if (seen[at] != start + 1) continue;
      std::vector<std::size_t> cycle(std::find(walk.begin(), walk.end(), at), walk.end());
      std::reverse(cycle.begin(), cycle.end());
      const auto formula = std::find_if(cycle.begin(), cycle.end(),
                                        [&](std::size_t i) { return entries_[i].formula.has_value(); });
      if (formula == cycle.end()) continue;
      std::rotate(cycle.begin(), std::min_element(cycle.begin(), cycle.end()), cycle.end());
      std::string names;
      for (std::size_t k = 0; k < cycle.size(); ++k)
        if (k < 6 || cycle.size() - k <= 4 || cycle.size() <= 12)
          names += entries_[cycle[k]].spec.name + " -> ";
        else if (k == 6)
          names += fmt::format("… ({} more) -> ", cycle.size() - 10);
      problems.add(
          entries_[cycle[0]].spec.place,
          fmt::format(
              "a cycle: {}{}; a graph must have an order in which every node comes after those that feed it",
              names, entries_[cycle[0]].spec.name));
    }
  }

 private:
  std::size_t next(std::size_t i) const {
    return *std::find_if(fed_by_[i].begin(), fed_by_[i].end(),
                         [&](std::size_t from) { return !done_[from]; });
  }

  const std::vector<NodeEntry>& entries_;
  std::vector<std::vector<std::size_t>> feeds_, fed_by_;
  std::vector<bool> done_;
};

// The nodes of a formula, or a faulty one.
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
  } catch (const UnknownOperand&) {
  }
  scope.add_unknown(name);
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
  Sorter sorter(entries, scope);
  for (const std::size_t i : sorter.order()) {
    NodeEntry& e = entries[i];
    if (e.formula)
      made[i] = lower_entry(e, scope, problems);
    else if (!e.spec.faulty)
      scope.add(e.spec);
    else
      scope.add_unknown(e.spec.name);
  }
  for (const NodeEntry& e : entries)
    if (const Named* value = e.formula ? scope.find(e.spec.name) : nullptr; value && value->kind == Kind::row)
      rows.insert(e.spec.name);
  sorter.report_cycles(problems);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    entries[i].spec.faulty = entries[i].spec.faulty || entries[i].formula;
    if (made[i].empty()) made[i].push_back(std::move(entries[i].spec));
    std::move(made[i].begin(), made[i].end(), std::back_inserter(graph.nodes));
  }
}

}  // namespace graph_runner
