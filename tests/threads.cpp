// The thread pool: each task of a round runs exactly once, whatever the round before looked like.
#include "core/threads.hpp"

#include <array>

#include "tests/support.hpp"

using namespace graph_runner;

TEST_CASE("every task runs exactly once and before the call returns, in rounds of changing length") {
  for (const int threads : {1, 2, 4}) {
    ThreadPool pool(threads);
    std::array<std::atomic<int>, 64> runs{};
    std::atomic<int> strays{0};
    struct Context {
      std::array<std::atomic<int>, 64>* runs;
      std::atomic<int>* strays;
      std::size_t tasks;
    };
    bool right = true;
    for (std::size_t round = 0; round < 100000 && right; ++round) {
      Context context{&runs, &strays, 1 + (round * 7) % 13};  // the next round is often longer
      pool.run(
          context.tasks,
          [](void* c, std::size_t i) {
            auto& own = *static_cast<Context*>(c);
            i < own.tasks ? ++(*own.runs)[i] : ++*own.strays;
          },
          &context);
      for (std::size_t i = 0; i < runs.size(); ++i)
        right = right && runs[i].exchange(0) == (i < context.tasks);
    }
    CHECK(right);
    CHECK(strays == 0);
  }
}

TEST_CASE("more tasks than a round can hold are run all the same") {
  ThreadPool pool(3);
  std::atomic<std::size_t> sum{0};
  pool.run(
      200000, [](void* c, std::size_t i) { *static_cast<std::atomic<std::size_t>*>(c) += i; }, &sum);
  CHECK(sum == std::size_t{200000} * 199999 / 2);
}

TEST_CASE("what tasks throw reaches the caller once all are done, and the pool runs on") {
  ThreadPool pool(3);
  for (int round = 0; round < 1000; ++round) {
    std::atomic<int> runs{0};
    const gr_task task = [](void* c, std::size_t i) {
      ++*static_cast<std::atomic<int>*>(c);
      if (i % 5 == 0) throw std::runtime_error("task");
    };
    CHECK_THROWS_WITH_AS(pool.run(20, task, &runs), "task", std::runtime_error);
    CHECK(runs == 20);
    CHECK_NOTHROW(pool.run(
        20, [](void* c, std::size_t) { ++*static_cast<std::atomic<int>*>(c); }, &runs));
    CHECK(runs == 40);
  }
}
