#include "analysis/critical_function.hpp"

#include <algorithm>
#include <cmath>

namespace graph_runner {

void CriticalFunction::choose_scale(const std::vector<std::vector<double>>& points) {
  for (const double first : {1.0, 0x1p600, 0x1p-600}) {
    scale_[0] = first;
    double most = 0;
    for (const std::vector<double>& p : points)
      for (const double g : gradient(view(p)))
        if (std::isfinite(g)) most = std::max(most, std::abs(g));
    if (most == 0) continue;
    scale_[0] = std::ldexp(first, std::clamp(-std::ilogb(most), -1000, 1000));
    if (scale_[0] > 0 && std::isfinite(scale_[0])) return;
  }
  scale_[0] = 1;
}

void CriticalFunction::move_to(const Vector& x) {
  d_.set(x_, {x.data(), static_cast<std::size_t>(x.size())});
}

double CriticalFunction::value(const Vector& x) {
  move_to(x);
  return d_.value(f_)[0];
}
Vector CriticalFunction::gradient(const Vector& x) {
  move_to(x);
  return view(d_.vjp(f_, x_, scale_));
}
Vector CriticalFunction::along(const Vector& x, const Vector& u) {
  move_to(x);
  return view(d_.hvp(f_, scale_, x_, x_, plain(u)));
}
std::optional<Matrix> CriticalFunction::hessian(const Vector& x) {
  Matrix h(x.size(), x.size());
  for (Eigen::Index i = 0; i < x.size(); ++i) h.col(i) = along(x, Vector::Unit(x.size(), i));
  if (!h.allFinite()) return std::nullopt;
  return h / 2 + h.transpose() / 2;
}

Vector units_for(const Matrix& h) {
  Vector units = Vector::Ones(h.rows());
  for (int round = 0; round < 8; ++round) {
    const Vector rows = (units.asDiagonal() * h * units.asDiagonal()).cwiseAbs().rowwise().maxCoeff();
    double least = rows.maxCoeff();
    for (const double r : rows)
      if (r > 0) least = std::min(least, r);
    if (round == 0 && !(least < 1e-6 * rows.maxCoeff())) break;
    for (Eigen::Index i = 0; i < rows.size(); ++i)
      if (rows[i] > 0) units[i] = std::ldexp(units[i], -std::ilogb(rows[i]) / 2);
  }
  return units;
}

std::vector<Vector> around(const Vector& x, const Vector& error) {
  std::vector<Vector> points;
  for (const int pattern : {0, 1}) {
    Vector moved = error;
    for (Eigen::Index i = 0; i < x.size(); ++i)
      if (pattern && (i * 2654435761u >> 7) % 2 == (x.size() > 1 ? 1u : 0u)) moved[i] = -moved[i] / 2;
    points.push_back(x + moved);
    points.push_back(x - moved);
  }
  return points;
}

}  // namespace graph_runner
