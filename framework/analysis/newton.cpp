#include "analysis/newton.hpp"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

namespace graph_runner {

namespace {

using Vector = Eigen::VectorXd;
using Solver = Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>;

Eigen::Map<const Vector> view(const std::vector<double>& x) {
  return {x.data(), static_cast<Eigen::Index>(x.size())};
}
std::vector<double> plain(const Vector& x) { return {x.data(), x.data() + x.size()}; }

// The eigen-decomposition of the Hessian, which is symmetric but for rounding; nothing where it is not
// finite.
std::optional<Solver> decompose(CriticalFunction& f, const std::vector<double>& x) {
  const std::vector<double> entries = f.hessian(x);
  const auto n = static_cast<Eigen::Index>(x.size());
  const Eigen::Map<const Eigen::MatrixXd> h(entries.data(), n, n);
  if (!h.allFinite()) return std::nullopt;
  const Solver solver((h + h.transpose()) / 2);
  return solver.info() == Eigen::Success ? std::optional(solver) : std::nullopt;
}

double scale_of(const Vector& x) { return std::max(1.0, x.norm()); }

constexpr double beside = 1e-3;  // how far from a point "beside it" is, relative to its scale

// The largest curvature at and beside a point: what eigenvalues and gradients there are small against. Beside
// it, too, as the Hessian itself vanishes at points such as a monkey saddle's, but for the rounding of x.
double curvature(CriticalFunction& f, const Vector& x, const Solver& hessian) {
  double most = hessian.eigenvalues().cwiseAbs().maxCoeff();
  const double h = beside * scale_of(x);
  for (Eigen::Index i = 0; i < x.size(); ++i)
    for (const double side : {h, -h}) {
      const std::vector<double> g = f.gradient(plain(x + side * hessian.eigenvectors().col(i)));
      if (view(g).allFinite()) most = std::max(most, view(g).norm() / h);
    }
  return most;
}

}  // namespace

NewtonLimit newton(CriticalFunction& f, const std::vector<double>& start) {
  constexpr int most_steps = 200, most_halvings = 40;
  constexpr double rounding = std::numeric_limits<double>::epsilon();
  Vector x = view(start), g = view(f.gradient(start));
  double step = std::numeric_limits<double>::infinity();
  for (int k = 0; k < most_steps && g.allFinite() && g.norm() > 0; ++k) {
    const std::optional<Solver> hessian = decompose(f, plain(x));
    if (!hessian) break;
    const Vector& lambda = hessian->eigenvalues();
    const double least = 1e-14 * lambda.cwiseAbs().maxCoeff();
    Vector along = hessian->eigenvectors().transpose() * g;
    double slope = 0;  // of ½‖∇f‖² along the step, negated: ∇fᵀ H H⁺ ∇f
    for (Eigen::Index i = 0; i < along.size(); ++i) {
      const bool kept = std::abs(lambda[i]) > least;
      slope += kept ? along[i] * along[i] : 0;
      along[i] = kept ? -along[i] / lambda[i] : 0;
    }
    const Vector p = hessian->eigenvectors() * along;
    step = p.norm();
    if (!(step > 2 * rounding * scale_of(x))) break;
    const double merit = g.squaredNorm();
    // Far steps lead to far points, where one beside the start is asked for.
    double length = std::min(1.0, scale_of(x) / step);
    bool falls = false;
    for (int i = 0; i < most_halvings && !falls; ++i, length /= 2) {
      const Vector next = x + length * p;
      const Vector next_g = view(f.gradient(plain(next)));
      falls = next_g.allFinite() && next_g.squaredNorm() <= merit - 2e-4 * length * slope;
      if (falls) x = next, g = next_g;
    }
    if (!falls) break;
  }
  NewtonLimit limit{plain(x), g.norm(), false};
  const std::optional<Solver> hessian = decompose(f, limit.x);
  if (!g.allFinite() || !hessian) return limit;
  const double bound = 1e-13 * curvature(f, x, *hessian) * scale_of(x);
  limit.critical = g.norm() == 0 || (step <= 1e-7 * scale_of(x) && g.norm() <= bound);
  return limit;
}

CriticalPoint classify(CriticalFunction& f, const std::vector<double>& point) {
  CriticalPoint c;
  c.point = point;
  c.value = f.value(point);
  c.gradient_norm = view(f.gradient(point)).norm();
  const Vector x = view(point);
  const std::optional<Solver> hessian = decompose(f, point);
  const double most = curvature(f, x, *hessian), h = beside * scale_of(x);
  c.zero_below = 1e-7 * most;
  std::size_t positive = 0, negative = 0;
  for (Eigen::Index i = 0; i < x.size(); ++i) {
    CriticalDirection& d = c.directions.emplace_back();
    d.eigenvalue = hessian->eigenvalues()[i];
    positive += d.eigenvalue > c.zero_below;
    negative += d.eigenvalue < -c.zero_below;
    Vector v = hessian->eigenvectors().col(i);
    Eigen::Index longest = 0;
    v.cwiseAbs().maxCoeff(&longest);
    if (v[longest] < 0) v = -v;
    d.vector = plain(v);
    const auto leads = [&](double side) {
      const double outward = side * v.dot(view(f.gradient(plain(x + side * h * v))));
      return outward > 1e-11 * most * h    ? Leads::away
             : outward < -1e-11 * most * h ? Leads::towards
                                           : Leads::neither;
    };
    d.ahead = leads(1);
    d.behind = leads(-1);
  }
  const std::size_t n = c.directions.size();
  c.kind = positive == n && n     ? CriticalKind::minimum
           : negative == n && n   ? CriticalKind::maximum
           : positive && negative ? CriticalKind::saddle
                                  : CriticalKind::inconclusive;
  return c;
}

}  // namespace graph_runner
