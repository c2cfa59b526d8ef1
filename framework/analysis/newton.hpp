// Newton's method for ∇f = 0, and what kind a critical point is. Private to critical.cpp, whose header tells
// methods and tolerances.
#pragma once

#include <string>
#include <vector>

#include "analysis/critical.hpp"
#include "analysis/critical_function.hpp"

namespace graph_runner {

// Where Newton's method came to rest.
struct NewtonLimit {
  std::vector<double> x;
  std::vector<double> error;  // how far each entry may lie from where the gradient vanishes
  double gradient_norm = 0;   // of f itself
  bool critical = false;      // the gradient vanishes, to what the errors make of it
  std::string why;            // where it does not: "the gradient's norm is 1", to be put behind the point
};
NewtonLimit newton(CriticalFunction& f, const std::vector<double>& start);

CriticalPoint classify(CriticalFunction& f, const NewtonLimit& limit);

}  // namespace graph_runner
