#include "core/dependencies.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/strong_components.hpp>
#include <functional>
#include <queue>

namespace graph_runner {

// Kahn's algorithm (1962).
std::vector<std::size_t> Dependencies::order() const {
  std::vector<std::size_t> waiting(feeds_.size()), order;
  std::priority_queue<std::size_t, std::vector<std::size_t>, std::greater<>> ready;
  for (const auto& fed : feeds_)
    for (const std::size_t to : fed) ++waiting[to];
  for (std::size_t i = 0; i < feeds_.size(); ++i)
    if (waiting[i] == 0) ready.push(i);
  while (!ready.empty()) {
    order.push_back(ready.top());
    ready.pop();
    for (const std::size_t to : feeds_[order.back()])
      if (--waiting[to] == 0) ready.push(to);
  }
  return order;
}

namespace {

// The set of each number, by number: of those that all depend on each other (Tarjan 1972).
std::vector<std::size_t> components(const std::vector<std::vector<std::size_t>>& feeds) {
  boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS> graph(feeds.size());
  for (std::size_t from = 0; from < feeds.size(); ++from)
    for (const std::size_t to : feeds[from]) boost::add_edge(from, to, graph);
  std::vector<std::size_t> component(feeds.size());
  boost::strong_components(
      graph, boost::make_iterator_property_map(component.begin(), boost::get(boost::vertex_index, graph)));
  return component;
}

}  // namespace

std::vector<std::vector<std::size_t>> Dependencies::cycles() const {
  const std::size_t count = feeds_.size();
  const std::vector<std::size_t> component = components(feeds_);
  std::vector<std::vector<std::size_t>> cycles;
  std::vector<std::size_t> position(count, count);
  std::vector<bool> seen(count);
  for (std::size_t start = 0; start < count; ++start) {
    if (seen[component[start]]) continue;
    seen[component[start]] = true;
    const auto next = [&](std::size_t at) {
      const auto to = std::find_if(feeds_[at].begin(), feeds_[at].end(),
                                   [&](std::size_t i) { return component[i] == component[start]; });
      return to == feeds_[at].end() ? count : *to;
    };
    // Walk inside the component until a number comes again; from there on the walk is a cycle.
    std::vector<std::size_t> walk;
    std::size_t at = start;
    for (; at < count && position[at] == count; at = next(at)) {
      position[at] = walk.size();
      walk.push_back(at);
    }
    if (at < count) cycles.emplace_back(walk.begin() + static_cast<std::ptrdiff_t>(position[at]), walk.end());
  }
  return cycles;
}

std::string cycle_message(const std::vector<std::string>& names) {
  const std::size_t count = names.size();
  std::string list;
  for (std::size_t k = 0; k < count; ++k)
    if (count <= 12 || k < 6 || count - k <= 4)
      list += fmt::format("{} -> ", names[k]);
    else if (k == 6)
      list += fmt::format("… ({} more) -> ", count - 10);
  return fmt::format(
      "a cycle: {}{}; a graph must have an order in which every node comes after those that feed it", list,
      names[0]);
}

}  // namespace graph_runner
