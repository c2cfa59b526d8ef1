// Calls an optimizer's node type on the parameters, a slice of entries after the other, so that all that a
// call reads and writes stays in cache; and holds what the optimizer remembers of them.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/optimizer_type.hpp"
#include "core/walk.hpp"
#include "train/state.hpp"
#include "train/train_spec.hpp"

namespace graph_runner {

class SlicedUpdate {
 public:
  // Of these parameters. Keeps references to the spec and to them. Throws Error (bad_request) where the type
  // does not support float, or refuses its attributes.
  SlicedUpdate(const OptimizerSpec& spec, const std::vector<ValueId>& trained, const Parameters& parameters);
  SlicedUpdate(const SlicedUpdate&) = delete;  // its call points into it
  SlicedUpdate& operator=(const SlicedUpdate&) = delete;

  // Takes each parameter, whose gradient the walk left in the workspace, to its next value. The number of the
  // step goes to the optimizer in float: above 2²⁴ it is rounded, by a part in 2²⁴ at the most, and a bias
  // correction 1 - βᵗ with it by no larger part, for t ∂/∂t log(1 - βᵗ) is below 1. Throws Error (run_failed)
  // where the plugin fails. One pass, without allocation.
  void step(const Workspace& workspace, double rate, std::uint64_t step);

  // What is remembered, by the names of the optimizer's inputs.
  std::map<std::string, ByParameter> state() const;
  void restore(const std::map<std::string, ByParameter>& state);

 private:
  // The values of a state lie in a room that is one slice longer than they are: a step reads each slice and
  // writes its next values one slice further on, where the slice before it lay, and the next step goes back.
  // So they need not be copied.
  struct State {
    OptimizerPorts::State port;
    Buffer memory;
  };
  struct Parameter {
    ValueId value;
    std::int64_t entries;
    std::size_t offset;  // into the memory of each state
  };
  static constexpr std::int64_t slice = 1024;

  void reserve_scratch();
  gr_status update(const Parameter& parameter, const Workspace& workspace);
  float* values(const State& state, const Parameter& parameter) const;

  const OptimizerSpec& spec_;
  OptimizerPorts ports_;
  std::shared_ptr<void> instance_;
  std::vector<Parameter> parameters_;
  std::vector<State> states_;
  bool further_ = false;  // whether values lie at the further end of their room
  // The call, prepared once.
  Buffer next_, scratch_;
  alignas(GR_ALIGNMENT) float rate_ = 0;
  alignas(GR_ALIGNMENT) float step_ = 0;
  std::int64_t entries_ = slice;
  std::vector<gr_tensor> tensors_;
  gr_call call_{};
  char error_[512] = "";
};

}  // namespace graph_runner
