// Newton's method for ∇f = 0, and what kind a critical point is. Private to critical.cpp, whose header tells
// methods and tolerances.
#pragma once

#include <vector>

#include "analysis/critical.hpp"
#include "analysis/derivatives.hpp"

namespace graph_runner {

// f as a function of x alone, all else held.
class CriticalFunction {
 public:
  CriticalFunction(Derivatives& derivatives, ValueId f, ValueId x) : d_(derivatives), f_(f), x_(x) {}

  double value(const std::vector<double>& x) {
    d_.set(x_, x);
    return d_.value(f_)[0];
  }
  std::vector<double> gradient(const std::vector<double>& x) {
    d_.set(x_, x);
    return d_.vjp(f_, x_, one_);
  }
  // Row by row.
  std::vector<double> hessian(const std::vector<double>& x) {
    d_.set(x_, x);
    return d_.hessian(f_, x_).entries;
  }

 private:
  Derivatives& d_;
  ValueId f_, x_;
  const std::vector<double> one_{1};
};

// Where Newton's method came to rest, and whether the gradient vanishes there.
struct NewtonLimit {
  std::vector<double> x;
  double gradient_norm = 0;
  bool critical = false;
};
NewtonLimit newton(CriticalFunction& f, const std::vector<double>& start);

CriticalPoint classify(CriticalFunction& f, const std::vector<double>& point);

}  // namespace graph_runner
