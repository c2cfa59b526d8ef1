// A scalar value f of a graph as a function of one input or parameter x alone, all else held, and what the
// search for its critical points asks of it. Private to critical.cpp, whose header tells methods and
// tolerances.
#pragma once

#include <Eigen/Eigenvalues>
#include <optional>
#include <vector>

#include "analysis/derivatives.hpp"

namespace graph_runner {

using Vector = Eigen::VectorXd;
using Matrix = Eigen::MatrixXd;
using EigenSolver = Eigen::SelfAdjointEigenSolver<Matrix>;

// Its derivatives are those of f times `scale`, so that those of a function such as 1e-200*norm2(x)^2 are
// neither lost below the least number nor beyond the largest.
class CriticalFunction {
 public:
  CriticalFunction(Derivatives& derivatives, ValueId f, ValueId x) : d_(derivatives), f_(f), x_(x) {}

  // Chooses the power of 2 that makes the largest derivative at these points about 1.
  void choose_scale(const std::vector<std::vector<double>>& points);
  double scale() const { return scale_[0]; }

  // Of f itself.
  double value(const Vector& x);
  Vector gradient(const Vector& x);
  // The Hessian times u.
  Vector along(const Vector& x, const Vector& u);
  // Symmetric; nothing where it is not finite.
  std::optional<Matrix> hessian(const Vector& x);

 private:
  void move_to(const Vector& x);

  Derivatives& d_;
  ValueId f_, x_;
  std::vector<double> scale_{1};
};

inline Eigen::Map<const Vector> view(const std::vector<double>& x) {
  return {x.data(), static_cast<Eigen::Index>(x.size())};
}
inline std::vector<double> plain(const Vector& x) { return {x.data(), x.data() + x.size()}; }

// How far from a point "beside it" is.
inline double beside(const Vector& x) { return 1e-3 * std::max(1.0, x.stableNorm()); }

// Units of the entries of x, powers of 2, in which the rows of H are alike, where they are not already: signs
// of eigenvalues are the same in any units, but are not to be seen beside much larger ones.
Vector units_for(const Matrix& h);

// x moved by its errors, each entry to either side.
std::vector<Vector> around(const Vector& x, const Vector& error);

}  // namespace graph_runner
