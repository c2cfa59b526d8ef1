// What training does when it meets what is not finite: it goes back to where the epoch began and looks, walk
// by walk, where that began. Private to the room.
#pragma once

#include <string>

#include "core/finite.hpp"
#include "train/optimizer.hpp"
#include "train/task.hpp"

namespace graph_runner {

// Each throws Error (run_failed), naming the first node and entry that are not finite.
class NotFiniteTrace {
 public:
  NotFiniteTrace(const TrainingTask& task, Optimizer& optimizer, std::int64_t epoch)
      : task_(task), optimizer_(optimizer), epoch_(epoch) {}

  // What was met, and where it was.
  struct Cause {
    std::string what;          // "the loss"
    std::uint64_t number = 0;  // of the step in the run; 0 where it is evaluated
    const Dataset* data = nullptr;
    std::span<const std::uint32_t> rows;
  };
  // The loss of a walk with these parameters.
  [[noreturn]] void of_loss(const Parameters& parameters, const Step& step, const Cause& cause) const;
  // The parameters, after steps from the epoch's start on, which are taken once more.
  [[noreturn]] void of_parameters(const TrainingState& start, const Parameters& parameters) const;

 private:
  // A plan in which everything has a place of its own, and its memory.
  struct OpenProgram {
    std::unique_ptr<Plan> plan;
    std::unique_ptr<Workspace> workspace;
    std::int64_t samples = 0;
  };
  OpenProgram open(const Dataset* data, std::int64_t samples, bool backward,
                   const Parameters& parameters) const;
  const char* remedy(const Cause& cause, bool backward) const;
  [[noreturn]] void stop_at(const Cause& cause, const NotFinite& began) const;

  const TrainingTask& task_;
  Optimizer& optimizer_;
  std::int64_t epoch_;
};

}  // namespace graph_runner
