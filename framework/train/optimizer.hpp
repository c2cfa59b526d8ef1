// How a step changes the parameters: gradients are clipped, and an optimizer, a node type, makes the next
// parameters of them at the rate of the step.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "train/rate.hpp"
#include "train/sliced_update.hpp"
#include "train/task.hpp"

namespace graph_runner {

class Optimizer {
 public:
  // Of what the task trains. Keeps references to it. Throws Error (bad_request).
  Optimizer(const TrainingTask& task, const Parameters& parameters);

  // The one exception: SGD with neither momentum nor weight decay, nor clipping, is no call of its node type.
  // Its gradients are multiplied by -rate as the backward walk begins, so that adding them to the parameters
  // is the whole update, and the plan may do that in place.
  bool updates_in_place() const { return !update_; }
  // What the gradient of the objective must be multiplied by in the backward walk of a step, counted from 1.
  double gradient_scale(std::uint64_t step) { return update_ ? 1 : -rate_.at(step); }

  // Updates each parameter whose gradient the walk left in the workspace, and replaces the running ones by
  // what it found for them: where several nodes have one in common, by the mean of that. O(parameters).
  void step(const Workspace& workspace, std::uint64_t step);
  // Its own numbers by the names of the node type's inputs, such as "velocity": what it goes on from.
  std::map<std::string, ByParameter> state() const;
  void restore(const std::map<std::string, ByParameter>& state);
  // Whether the rate depends on how long the run is.
  bool rate_reads_length() const { return rate_.reads_length(); }

  // Whether all entries of the parameters that steps change are finite.
  bool finite(const Parameters& values) const;

 private:
  void follow_gradients(const Workspace& workspace, std::uint64_t step);
  void replace_running(const Workspace& workspace) const;

  const TrainingTask& task_;
  Rate rate_;
  std::optional<SlicedUpdate> update_;  // none in the one exception
};

}  // namespace graph_runner
