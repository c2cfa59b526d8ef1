// The learning rate of each step: a constant, or the value of a formula, computed by a walk in double.
#pragma once

#include <cstdint>
#include <memory>

#include "core/walk.hpp"
#include "train/train_spec.hpp"

namespace graph_runner {

class Rate {
 public:
  // Keeps a reference to the spec. Throws Error (bad_request) where the formula cannot run in double.
  Rate(const RateSpec& spec, std::int64_t steps_of_epoch, std::int64_t epochs);

  // Of a step of the run, counted from 1: `epoch` is that which the step is part of, counted from 1 too;
  // `epochs` and `steps` are those of the whole run. Throws Error (run_failed), naming the step, where it is
  // not finite or below 0. A walk over the formula's few nodes, without allocation.
  double at(std::uint64_t step);
  // Whether it depends on how long the run is: on `epochs` or `steps`.
  bool reads_length() const;

 private:
  // The formula's plan, and its memory.
  struct Program {
    explicit Program(const Graph& graph);
    Plan plan;
    Parameters parameters;
    Workspace workspace;
    Tensor inputs[std::size(rate_inputs)], rate;
  };

  const RateSpec& spec_;
  std::uint64_t steps_of_epoch_, epochs_;
  std::unique_ptr<Program> program_;  // null where the rate is constant
};

}  // namespace graph_runner
