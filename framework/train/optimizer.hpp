// Stochastic gradient descent with momentum and weight decay.
//   v ← momentum · v + (g + weight_decay · p),   p ← p - rate · v
// Source: Sutskever, Martens, Dahl & Hinton, "On the importance of initialization and momentum", ICML 2013;
// in the form of PyTorch's torch.optim.SGD.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/walk.hpp"
#include "train/state.hpp"
#include "train/train_spec.hpp"

namespace graph_runner {

class Optimizer {
 public:
  Optimizer(const OptimizerSpec& spec, const Graph& graph, const Parameters& parameters);

  // What the gradient of the objective must be multiplied by in the backward walk. Plain descent wants -rate,
  // so that adding the result to the parameter is the whole update, and the plan may do that in place.
  double gradient_scale() const { return plain_ ? -spec_.rate : 1; }
  bool updates_in_place() const { return plain_; }

  // Updates each parameter whose gradient the walk left in the workspace. O(parameters), one pass.
  void step(const std::vector<ValueId>& parameters, const Workspace& workspace);
  // Its own numbers by name: "velocity", with momentum. What it goes on from.
  std::map<std::string, ByParameter> state() const;
  void restore(const std::map<std::string, ByParameter>& state);
  // Whether all entries of these parameters are finite.
  static bool finite(const std::vector<ValueId>& parameters, const Parameters& values);

 private:
  OptimizerSpec spec_;
  bool plain_;            // neither momentum nor weight decay
  ByParameter velocity_;  // only with momentum
};

}  // namespace graph_runner
