// The wish that work which takes long ends early.
#pragma once

#include <atomic>

namespace graph_runner {

// Work that is given one looks at it between two parts, and ends with what it has found by then: what is not
// finished is said to be so. Of default, nobody asks. Refers to the flag, which whoever asks sets, from a
// signal handler or from another thread.
class Stop {
 public:
  Stop() = default;
  Stop(const std::atomic<bool>& asked) : asked_(&asked) {}
  bool asked() const { return asked_ && asked_->load(std::memory_order_relaxed); }

 private:
  const std::atomic<bool>* asked_ = nullptr;
};

}  // namespace graph_runner
