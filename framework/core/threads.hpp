// The threads that run the panels of one call (gr_call::parallel). Results never depend on their number: what
// is split, and how, is decided by sizes alone; only who runs a panel differs.
#pragma once

#include <graph_runner/abi.h>

#include <atomic>
#include <cstddef>
#include <exception>
#include <thread>
#include <vector>

namespace graph_runner {

class ThreadPool {
 public:
  // `threads` in all, the caller's among them; at least 1. Throws Error (run_failed) where the system does
  // not give that many.
  explicit ThreadPool(int threads);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  int threads() const { return static_cast<int>(workers_.size()) + 1; }
  // Runs task(context, 0 … tasks - 1) and returns when all are done. One caller at a time. What a task throws
  // is thrown here, once all are done; of several the first.
  void run(std::size_t tasks, gr_task task, void* context);
  // The same in the form of gr_call::parallel; a null pool runs on the caller's thread.
  static void run(void* pool, std::size_t tasks, gr_task task, void* context);

 private:
  ThreadPool() = default;  // of the caller's thread alone
  void work();
  void take(std::uint64_t round);

  std::vector<std::thread> workers_;
  // What is left to take: the round's number, its tasks and the next of them in one word, so that a worker
  // that is late cannot take a task by the length of one round and the counter of another.
  std::atomic<std::uint64_t> state_{0};
  std::atomic<std::uint64_t> round_{0};  // what workers sleep on
  std::atomic<std::size_t> left_{0};     // tasks not finished
  std::atomic<bool> stop_{false};
  // Of the round: stable from before it opens in state_ until its last task is taken.
  std::atomic<gr_task> task_{nullptr};
  std::atomic<void*> context_{nullptr};
  // What the first task to throw threw; the caller takes it when none is left.
  std::atomic<bool> threw_{false};
  std::exception_ptr thrown_;
};

}  // namespace graph_runner
