// Optimizers: node types that take a parameter and its gradient a step on. Whether a type is one is asked of
// its table here, and nowhere else.
#pragma once

#include <string>
#include <vector>

#include "core/registry.hpp"

namespace graph_runner {

// The ports of an optimizer by their positions, which are those of its tensors. All have the shape "...", the
// parameter's, but rate and step, which are numbers.
struct OptimizerPorts {
  std::size_t parameter, gradient, rate, step, next_parameter;
  // What it remembers of a parameter from step to step, zero at first: an input S, and an output next_S.
  struct State {
    std::string name;
    std::size_t now, next;
  };
  std::vector<State> states;
};

// Whether it has an output next_parameter; the other ports then follow.
bool is_optimizer(const NodeType& type);
// Throws Error (bad_request) where the type claims to be an optimizer and lacks what one has, or has what
// none may: a backward, parameters, other results.
OptimizerPorts optimizer_ports(const NodeType& type);

}  // namespace graph_runner
