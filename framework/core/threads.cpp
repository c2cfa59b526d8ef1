#include "core/threads.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>
#include <utility>

#include "core/error.hpp"

namespace graph_runner {

namespace {
void pause() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}
}  // namespace

// Where a thread cannot be started, the destructor ends those that were: the pool is complete before the
// first.
ThreadPool::ThreadPool(int threads) : ThreadPool() {
  for (int i = 1; i < threads; ++i) try {
      workers_.emplace_back([this] { work(); });
    } catch (const std::system_error& e) {
      throw Error(Exit::run_failed,
                  fmt::format("thread {} of {} cannot be started: {}; try fewer (--threads)", i + 1, threads,
                              e.code().message()));
    }
}

ThreadPool::~ThreadPool() {
  stop_ = true;
  round_.fetch_add(1);
  round_.notify_all();
  for (std::thread& t : workers_) t.join();
}

void ThreadPool::run(void* pool, std::size_t tasks, gr_task task, void* context) {
  if (pool) return static_cast<ThreadPool*>(pool)->run(tasks, task, context);
  for (std::size_t i = 0; i < tasks; ++i) task(context, i);
}

namespace {

// The fields of state_: 32 bits of round, 16 of tasks, 16 of the next task.
constexpr std::size_t most_tasks = 0xFFFF;
constexpr std::uint64_t pack(std::uint64_t round, std::size_t tasks) { return round << 32 | tasks << 16; }
constexpr std::uint64_t round_of(std::uint64_t state) { return state >> 32; }
constexpr std::size_t tasks_of(std::uint64_t state) { return (state >> 16) & 0xFFFF; }
constexpr std::size_t next_of(std::uint64_t state) { return state & 0xFFFF; }

}  // namespace

void ThreadPool::run(std::size_t tasks, gr_task task, void* context) {
  if (workers_.empty() || tasks < 2 || tasks > most_tasks) return run(nullptr, tasks, task, context);
  const std::uint64_t round = (round_.load() + 1) & 0xFFFFFFFF;
  task_ = task;
  context_ = context;
  left_ = tasks;
  state_ = pack(round, tasks);  // opens the round
  round_ = round;
  round_.notify_all();
  take(round);
  // The others are in their last panel; a panel is too short to sleep for.
  while (left_.load(std::memory_order_acquire) != 0) std::this_thread::yield();
  if (threw_.exchange(false)) std::rethrow_exception(std::exchange(thrown_, nullptr));
}

void ThreadPool::take(std::uint64_t round) {
  std::uint64_t at = state_.load();
  while (round_of(at) == round && next_of(at) < tasks_of(at)) {
    const gr_task task = task_;
    void* const context = context_;
    if (!state_.compare_exchange_weak(at, at + 1)) continue;  // `at` is now what is there
    try {
      task(context, next_of(at));
    } catch (...) {
      if (!threw_.exchange(true)) thrown_ = std::current_exception();
    }
    left_.fetch_sub(1, std::memory_order_release);
    at = state_.load();
  }
}

void ThreadPool::work() {
  std::uint64_t seen = 0;
  while (true) {
    // Panels of one call follow another's within microseconds: look a while before going to sleep.
    for (int i = 0; i < 2000 && round_.load(std::memory_order_relaxed) == seen; ++i) pause();
    round_.wait(seen);
    seen = round_.load();
    if (stop_) return;
    take(seen);
  }
}

}  // namespace graph_runner
