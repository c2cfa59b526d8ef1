// What comes after what, by number: the order that leaves, and the cycles that forbid one.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace graph_runner {

// All take time linear in the numbers and pairs, but for the logarithm of a queue.
class Dependencies {
 public:
  explicit Dependencies(std::size_t count) : feeds_(count) {}

  // `to` comes after `from`.
  void add(std::size_t from, std::size_t to) { feeds_[from].push_back(to); }

  // Each after those that it depends on; of those that may be next, the least number first. What is part of a
  // cycle, or comes after one, is left out.
  std::vector<std::size_t> order() const;

  // One cycle of each set of numbers that all depend on each other: each comes before the next, and the last
  // before the first.
  std::vector<std::vector<std::size_t>> cycles() const;

 private:
  std::vector<std::vector<std::size_t>> feeds_;
};

// "a cycle: f -> g -> f; …", of the nodes that are part of one.
std::string cycle_message(const std::vector<std::string>& names);

}  // namespace graph_runner
