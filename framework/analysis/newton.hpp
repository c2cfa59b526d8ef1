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

// Whether points agree to `tolerance`, relative to the largest entry of b, or 1.
bool same(const std::vector<double>& a, const std::vector<double>& b, double tolerance);
// Whether two limits are one point: they agree to 1e-6 and, unless they lie in a valley, to their errors.
bool same_limit(const CriticalPoint& p, const std::vector<double>& x, const std::vector<double>& error);

}  // namespace graph_runner
