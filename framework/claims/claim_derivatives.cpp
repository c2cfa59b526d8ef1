#include "claims/claim_derivatives.hpp"

#include <fmt/format.h>

#include "core/text.hpp"
#include "formulas/scope.hpp"

namespace graph_runner {

namespace {

std::optional<DerivativePart> find_part(const Graph& graph, const std::string& name) {
  if (graph.has(name)) return DerivativePart{name, graph.find(name), 0};
  for (const ComponentName& c : component_names(name)) {
    if (!graph.has(c.of)) continue;
    const ValueId v = graph.find(c.of);
    if (graph.values()[v].shape.rank != 1 || c.number.size() > 6 || c.number[0] == '0') return std::nullopt;
    return DerivativePart{c.of, v, std::stoi(c.number)};
  }
  return std::nullopt;
}

class DerivativeReader {
 public:
  DerivativeReader(const Graph& graph, const std::string& name, const Place& place)
      : graph_(graph), name_(name), place_(place) {}

  NamedDerivative read() const {
    const std::size_t slash = name_.find('/');
    std::string above = name_.substr(1, slash - 1);
    const std::string below = name_.substr(slash + 2);
    const bool second = above.size() > 1 && above[0] == '2';
    if (second) above.erase(0, 1);
    NamedDerivative d;
    d.of = part(above);
    if (second)
      read_second(below, d);
    else
      d.by = part(below);
    for (const DerivativePart* by : {&d.by, d.second ? &*d.second : nullptr})
      if (by && !graph_.reaching({d.of.value})[by->value])
        fail(fmt::format("the derivative '{}': '{}' does not depend on '{}'", name_, d.of.name, by->name));
    if (second && (d.of.entry || graph_.values()[d.of.value].shape.rank != 0))
      fail(fmt::format("the second derivative '{}': '{}' is no number, and only numbers have Hessians here",
                       name_, d.of.name));
    return d;
  }

 private:
  [[noreturn]] void fail(const std::string& why) const { throw Error(Exit::bad_request, place_, why); }

  DerivativePart part(const std::string& name) const {
    if (auto found = find_part(graph_, name)) return *found;
    fail(fmt::format("the derivative '{}': nothing is called '{}'{}", name_, name,
                     did_you_mean(name, graph_.names())));
  }

  // Twice by one, x2, or by two, xdy: the cut at a d of which both sides are names, whole ones first.
  void read_second(const std::string& below, NamedDerivative& d) const {
    if (below.back() == '2') {
      const auto once = find_part(graph_, below.substr(0, below.size() - 1));
      if (once) {
        d.by = *once;
        d.second = *once;
        return;
      }
    }
    for (const bool whole : {true, false}) {
      std::vector<std::pair<DerivativePart, DerivativePart>> cuts;
      for (std::size_t i = 1; i + 1 < below.size(); ++i) {
        if (below[i] != 'd') continue;
        const auto left = find_part(graph_, below.substr(0, i)),
                   right = find_part(graph_, below.substr(i + 1));
        if (left && right && (!whole || (!left->entry && !right->entry))) cuts.emplace_back(*left, *right);
      }
      if (cuts.size() == 1) {
        d.by = cuts[0].first;
        d.second = cuts[0].second;
        return;
      }
      if (!cuts.empty()) break;
    }
    fail(
        fmt::format("the second derivative '{}' wants what it is taken by twice, as in d2f/dx2, or two "
                    "names, as in d2f/dxdy",
                    name_));
  }

  const Graph& graph_;
  const std::string& name_;
  const Place& place_;
};

}  // namespace

std::string NamedDerivative::name_of_whole() const {
  return second ? fmt::format("d2{}/d{}d{}", of.name, by.name, second->name)
                : fmt::format("d{}/d{}", of.name, by.name);
}

NamedDerivative read_derivative(const Graph& graph, const std::string& name, const Place& place) {
  return DerivativeReader(graph, name, place).read();
}

std::size_t axes_of(const Graph& graph, std::string_view half) {
  auto part = find_part(graph, std::string(half.substr(1)));
  if (!part && half.size() > 2 && half[1] == '2') part = find_part(graph, std::string(half.substr(2)));
  return part && !part->entry ? static_cast<std::size_t>(graph.values()[part->value].shape.rank) : 0;
}

}  // namespace graph_runner
