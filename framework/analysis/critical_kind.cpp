// What kind a critical point is.
#include <algorithm>
#include <cmath>

#include "analysis/newton.hpp"

namespace graph_runner {

namespace {

// How many eigenvalues are positive, and how many negative, wherever the point may lie within its errors;
// `told` unless one that is not small changes there.
struct Signs {
  std::size_t positive = 0, negative = 0;
  bool told = true;
};

Signs signs(CriticalFunction& f, const NewtonLimit& limit, const Matrix& h, double curvature) {
  const Vector x = view(limit.x), units = units_for(h);
  const auto solve = [&](const Matrix& m) {
    return EigenSolver(units.asDiagonal() * m * units.asDiagonal());
  };
  const Vector here = solve(h).eigenvalues();
  const double least = 1e-10 * here.cwiseAbs().maxCoeff();
  Signs made;
  std::vector<bool> steady(limit.x.size(), true);
  for (const Vector& y : around(x, view(limit.error))) {
    const std::optional<Matrix> there = f.hessian(y);
    if (!there) return {0, 0, false};
    const EigenSolver moved = solve(*there);
    for (Eigen::Index i = 0; i < here.size(); ++i) {
      const double lambda = moved.eigenvalues()[i];
      if (std::abs(here[i]) > least && lambda / here[i] >= 0.5 && lambda / here[i] <= 2) continue;
      steady[static_cast<std::size_t>(i)] = false;
      const double length = units.cwiseProduct(moved.eigenvectors().col(i)).norm();
      made.told = made.told && std::abs(lambda) <= 0.1 * curvature * length * length;
    }
  }
  for (Eigen::Index i = 0; i < here.size(); ++i) {
    if (!steady[static_cast<std::size_t>(i)]) continue;
    made.positive += here[i] > least;
    made.negative += here[i] < -least;
  }
  return made;
}

// The largest curvature at and beside a point: what gradients there are small against.
double curvature_at(CriticalFunction& f, const Vector& x, const EigenSolver& solver) {
  double most = solver.eigenvalues().cwiseAbs().maxCoeff();
  const double h = beside(x);
  std::vector<Vector> points = around(x, Vector::Constant(x.size(), h));
  for (Eigen::Index i = 0; i < x.size(); ++i)
    for (const double side : {h, -h}) points.push_back(x + side * solver.eigenvectors().col(i));
  for (const Vector& y : points)
    if (const Vector g = f.gradient(y); g.allFinite()) most = std::max(most, g.stableNorm() / h);
  return most;
}

// Where the gradient leads on one side: at a distance h that is shortened where f bends otherwise before.
Leads leads(CriticalFunction& f, const Vector& x, const Vector& v, double eigenvalue, double curvature) {
  double h = beside(x), outward = 0;
  for (int i = 0; i < 12; ++i, h /= 10) {
    outward = v.dot(f.gradient(x + h * v));
    if (outward * eigenvalue >= 0) break;
  }
  return outward > 1e-11 * curvature * h    ? Leads::away
         : outward < -1e-11 * curvature * h ? Leads::towards
                                            : Leads::neither;
}

}  // namespace

CriticalPoint classify(CriticalFunction& f, const NewtonLimit& limit) {
  CriticalPoint c;
  c.point = limit.x;
  c.error = limit.error;
  c.value = f.value(view(limit.x));
  c.gradient_norm = limit.gradient_norm;
  const Vector x = view(limit.x);
  const Matrix h = *f.hessian(x);
  const EigenSolver solver(h);
  const double curvature = curvature_at(f, x, solver);
  const Signs s = signs(f, limit, h, curvature);
  c.told = s.told;
  const Vector& lambda = solver.eigenvalues();
  const auto n = static_cast<std::size_t>(x.size());
  for (std::size_t i = 0; i < n; ++i) {
    CriticalDirection& d = c.directions.emplace_back();
    const auto at = static_cast<Eigen::Index>(i);
    const bool zero = i >= s.negative && i + s.positive < n;
    d.eigenvalue = zero ? 0 : lambda[at] / f.scale();
    Vector v = solver.eigenvectors().col(at);
    Eigen::Index longest = 0;
    v.cwiseAbs().maxCoeff(&longest);
    if (v[longest] < 0) v = -v;
    d.vector = plain(v);
    d.ahead = leads(f, x, v, zero ? 0 : lambda[at], curvature);
    d.behind = leads(f, x, -v, zero ? 0 : lambda[at], curvature);
  }
  c.kind = s.positive == n && n       ? CriticalKind::minimum
           : s.negative == n && n     ? CriticalKind::maximum
           : s.positive && s.negative ? CriticalKind::saddle
                                      : CriticalKind::inconclusive;
  return c;
}

bool same(const std::vector<double>& a, const std::vector<double>& b, double tolerance) {
  const double bound = tolerance * std::max(1.0, view(b).cwiseAbs().maxCoeff());
  return ((view(a) - view(b)).cwiseAbs().array() <= bound).all();
}

bool same_limit(const CriticalPoint& p, const std::vector<double>& x, const std::vector<double>& error) {
  if (!same(p.point, x, 1e-6)) return false;
  if (p.kind == CriticalKind::inconclusive) return true;
  for (std::size_t i = 0; i < x.size(); ++i)
    if (!(std::abs(p.point[i] - x[i]) <=
          4 * (p.error[i] + error[i]) + 1e-9 * std::max(std::abs(p.point[i]), std::abs(x[i]))))
      return false;
  return true;
}

}  // namespace graph_runner
