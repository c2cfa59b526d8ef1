// What comes after what: the order that leaves, and the cycles that forbid one.
#include "core/dependencies.hpp"
#include "tests/support.hpp"

using namespace graph_runner;
using test::contains;
using Numbers = std::vector<std::size_t>;

namespace {

Dependencies of(std::size_t count, const std::vector<std::pair<std::size_t, std::size_t>>& pairs) {
  Dependencies dependencies(count);
  for (const auto& [from, to] : pairs) dependencies.add(from, to);
  return dependencies;
}

}  // namespace

TEST_CASE("of what may come next, the least number does") {
  CHECK(of(4, {{3, 0}, {2, 1}}).order() == Numbers{2, 1, 3, 0});
  CHECK(of(2, {{1, 0}, {1, 0}}).order() == Numbers{1, 0});
  CHECK(of(4, {{3, 0}, {2, 1}}).cycles().empty());
  CHECK(of(0, {}).order().empty());
}

TEST_CASE("an order leaves out what is in a cycle or after one") {
  CHECK(of(4, {{0, 1}, {1, 0}, {1, 2}}).order() == Numbers{3});
  CHECK(of(2, {{0, 0}}).order() == Numbers{1});
}

TEST_CASE("each set of numbers that depend on each other has one cycle, whatever comes before it") {
  const std::vector<Numbers> two{{0, 1}, {2}};
  CHECK(of(3, {{0, 1}, {1, 0}, {1, 2}, {2, 2}}).cycles() == two);
  // 1 and 2 may be left for 0 and 3 alone, which are part of no cycle.
  CHECK(of(4, {{0, 1}, {1, 3}, {1, 2}, {2, 1}}).cycles() == std::vector<Numbers>{{1, 2}});
  // The walk from 0 closes at 1, before it comes back to 0.
  CHECK(of(3, {{0, 1}, {1, 2}, {2, 1}, {2, 0}}).cycles() == std::vector<Numbers>{{1, 2}});
}

TEST_CASE("a long cycle is told by its ends") {
  const auto names = [](int count) {
    std::vector<std::string> list;
    for (int i = 0; i < count; ++i) list.push_back(fmt::format("a{}", i));
    return list;
  };
  CHECK(contains(cycle_message(names(1)), "a cycle: a0 -> a0; a graph must have an order"));
  CHECK(contains(cycle_message(names(12)), "a5 -> a6 -> a7 -> a8 -> a9 -> a10 -> a11 -> a0;"));
  CHECK(contains(cycle_message(names(13)), "a5 -> … (3 more) -> a9 -> a10 -> a11 -> a12 -> a0;"));
}
