#include "analysis/newton.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

namespace graph_runner {

namespace {

constexpr double rounding = std::numeric_limits<double>::epsilon();

// A point on its way.
struct Walk {
  Vector x, g;
  Vector farthest;                             // the largest |x_i| on the way
  Vector last;                                 // the step that led here
  Vector step;                                 // the one that would come next
  Eigen::Array<bool, Eigen::Dynamic, 1> lost;  // where an entry of g became 0 otherwise than evenly
  bool stuck = false;                          // no part of that makes the gradient smaller
};

// An entry of the gradient that a long step makes 0 falls evenly on the way, as that of a quadratic function
// does, or it is lost in roundings, as that of sigmoid(x) is on the way to 40.
void note_lost(CriticalFunction& f, Walk& w, const Vector& next_g) {
  for (Eigen::Index i = 0; i < w.x.size(); ++i) {
    if (w.g[i] == 0 && next_g[i] == 0) continue;
    w.lost[i] = false;
    if (next_g[i] != 0 || std::abs(w.last[i]) <= 1e-6 * w.farthest[i]) continue;
    for (const double part : {0.25, 0.5, 0.75})
      if (!(std::abs(f.gradient(w.x + part * w.last)[i] - (1 - part) * w.g[i]) <= 0.2 * std::abs(w.g[i])))
        w.lost[i] = true;
  }
}

// One damped step; returns whether there is another to take.
bool advance(CriticalFunction& f, Walk& w, double& reach) {
  constexpr int most_halvings = 40;
  const std::optional<Matrix> h = f.hessian(w.x);
  if (!h) return false;
  const Vector units = units_for(*h);
  const EigenSolver solver(units.asDiagonal() * *h * units.asDiagonal());
  if (solver.info() != Eigen::Success) return false;
  const Vector g = units.cwiseProduct(w.g);
  const double norm = g.stableNorm();
  const double least = 1e-14 * solver.eigenvalues().cwiseAbs().maxCoeff();
  Vector along = solver.eigenvectors().transpose() * (g / norm);
  double slope = 0;  // of ½‖∇f‖², in these units and over ‖∇f‖², along the step, negated
  for (Eigen::Index i = 0; i < along.size(); ++i) {
    const double lambda = solver.eigenvalues()[i];
    const bool kept = std::abs(lambda) > least;
    slope += kept ? along[i] * along[i] : 0;
    along[i] = kept ? -along[i] / lambda : 0;
  }
  w.step = units.cwiseProduct(solver.eigenvectors() * along) * norm;
  if (!w.step.allFinite()) return false;
  bool moves = false;
  for (Eigen::Index i = 0; i < w.x.size(); ++i)
    moves = moves || std::abs(w.step[i]) > std::max(2 * rounding * std::abs(w.x[i]), 1e-25 * w.farthest[i]);
  if (!moves) return false;
  // Far steps lead to far points, where one beside the start is asked for; but what lies in one direction
  // step after step is far off.
  const double whole = w.step.stableNorm(), most = reach * std::max(1.0, w.x.stableNorm());
  double length = std::min(1.0, most / whole);
  const bool cut = length < 1;
  for (int i = 0; i < most_halvings; ++i, length /= 2) {
    const Vector next = w.x + length * w.step;
    const Vector next_g = f.gradient(next);
    if (!next.allFinite() || !next_g.allFinite()) continue;
    const double ratio = units.cwiseProduct(next_g).stableNorm() / norm;
    if (!(ratio * ratio <= 1 - 2e-4 * length * slope)) continue;
    reach = cut && i == 0 ? 2 * reach : 1;
    w.last = next - w.x;
    note_lost(f, w, next_g);
    w.x = next, w.g = next_g;
    w.farthest = w.farthest.cwiseMax(next.cwiseAbs());
    return w.g.cwiseAbs().maxCoeff() > 0;
  }
  w.stuck = true;
  return false;
}

constexpr const char* lost = "around which the gradient is 0 as far as doubles can tell";

// What hides whether x is critical, or "": a bend, where the gradient jumps; or a function that is flat
// around x, but not farther off along an axis, such as tanh(x) at 20, whose derivatives may be too small to
// be seen.
std::string flat_or_bent(CriticalFunction& f, const Vector& x) {
  const auto moved = [&](Eigen::Index i, double to) {
    Vector y = x;
    y[i] = to;
    return f.gradient(y);
  };
  const Vector here = f.gradient(x);
  for (Eigen::Index i = 0; i < x.size(); ++i) {
    bool flat = true;
    for (const double side : {1.0, -1.0}) {
      double before = 0, least_ratio = 1;
      for (const double shrink : {1.0, 1e-3, 1e-6, 1e-9}) {
        const double to = x[i] + side * shrink * beside(x);
        const Vector g = moved(i, to);
        const double size = (g - here).cwiseAbs().maxCoeff();
        if (to == x[i] || !std::isfinite(size)) break;
        flat = flat && g[i] == 0;
        if (shrink < 1) least_ratio = std::min(least_ratio, before > 0 ? size / before : 0);
        before = size;
      }
      if (least_ratio > 0.5 && before > 0) return "where the gradient jumps";
    }
    for (const double to : {0.0, 1.0, -1.0, x[i] / 2, x[i] / 8, x[i] / 64})
      if (const double g = flat ? moved(i, to)[i] : 0; std::isfinite(g) && g != 0) return lost;
  }
  return "";
}

// Why x is not critical, or "".
std::string why_not(CriticalFunction& f, const Walk& w, const Vector& error) {
  const std::optional<Matrix> h = f.hessian(w.x);
  if (!w.g.allFinite() || !h) return "where a derivative is not finite";
  const std::string norm = fmt::format("where the gradient's norm is {:.3g}", w.g.stableNorm() / f.scale());
  if (w.g.cwiseAbs().maxCoeff() > 0) {
    for (Eigen::Index i = 0; i < w.x.size(); ++i)
      if (!(std::abs(w.step[i]) <= (w.stuck ? 2e-8 * std::abs(w.x[i]) : 1e-9 * w.farthest[i]))) return norm;
    // What the errors of x make of each entry of the gradient.
    Vector explained = Vector::Zero(w.x.size());
    for (const Vector& y : around(w.x, error)) {
      const Vector g = f.gradient(y);
      if (g.allFinite()) explained = explained.cwiseMax((g - w.g).cwiseAbs());
    }
    for (Eigen::Index i = 0; i < w.x.size(); ++i)
      if (!(std::abs(w.g[i]) <= 2 * explained[i])) return norm;
  }
  for (Eigen::Index i = 0; i < w.x.size(); ++i)
    if (w.g[i] == 0 && w.lost[i]) return lost;
  return flat_or_bent(f, w.x);
}

}  // namespace

NewtonLimit newton(CriticalFunction& f, const std::vector<double>& start) {
  constexpr int most_steps = 200;
  Walk w;
  w.x = view(start);
  w.g = f.gradient(w.x);
  w.farthest = w.x.cwiseAbs();
  w.last = w.step = Vector::Zero(w.x.size());
  w.lost.setConstant(w.x.size(), false);
  double reach = 1;
  if (w.g.allFinite() && w.g.cwiseAbs().maxCoeff() > 0)
    for (int k = 0; k < most_steps && advance(f, w, reach); ++k) {
    }
  // What has become small against the way there is 0, if that is no worse.
  Vector snapped = w.x;
  for (Eigen::Index i = 0; i < w.x.size(); ++i)
    if (std::abs(w.x[i]) <= 1e-12 * w.farthest[i]) snapped[i] = 0;
  const Vector g = f.gradient(snapped);
  if (g.allFinite() && (g.cwiseAbs().array() <= w.g.cwiseAbs().array()).all()) w.x = snapped, w.g = g;

  Vector error(w.x.size());
  for (Eigen::Index i = 0; i < error.size(); ++i) {
    const double steps = std::max(std::abs(w.last[i]), std::abs(w.step[i]));
    error[i] = 1e-30 + 64 * rounding * std::abs(w.x[i]) +
               4 * std::min(steps, 1e-4 * std::max(std::abs(w.x[i]), w.farthest[i]));
  }
  NewtonLimit limit{plain(w.x), plain(error), w.g.stableNorm() / f.scale(), false, why_not(f, w, error)};
  limit.critical = limit.why.empty();
  return limit;
}

}  // namespace graph_runner
