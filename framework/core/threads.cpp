#include "core/threads.hpp"

#include <algorithm>

namespace graph_runner {

namespace {
void pause() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}
}  // namespace

ThreadPool::ThreadPool(int threads) {
  for (int i = 1; i < threads; ++i) workers_.emplace_back([this] { work(); });
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

void ThreadPool::run(std::size_t tasks, gr_task task, void* context) {
  if (workers_.empty() || tasks < 2) return run(nullptr, tasks, task, context);
  const std::uint64_t round = round_.load() + 1;
  tasks_ = tasks;
  task_ = task;
  context_ = context;
  left_ = tasks;
  next_ = round << 32;  // opens the round
  round_ = round;
  round_.notify_all();
  take(round);
  // The others are in their last panel; a panel is too short to sleep for.
  while (left_.load(std::memory_order_acquire) != 0) std::this_thread::yield();
}

void ThreadPool::take(std::uint64_t round) {
  for (std::uint64_t at = next_.load(); at >> 32 == (round & 0xFFFFFFFF) && (at & 0xFFFFFFFF) < tasks_;) {
    const gr_task task = task_;
    void* const context = context_;
    if (!next_.compare_exchange_weak(at, at + 1)) continue;
    task(context, at & 0xFFFFFFFF);
    left_.fetch_sub(1, std::memory_order_release);
    at = next_.load();
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
