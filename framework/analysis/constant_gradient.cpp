#include "analysis/constant_gradient.hpp"

#include <algorithm>
#include <cmath>

namespace graph_runner {

namespace {

// On all sides; in half of them each entry has a magnitude of its own.
std::vector<Vector> far_points(Eigen::Index n, double size, Stream& stream) {
  std::vector<Vector> points;
  std::vector<double> entries(static_cast<std::size_t>(n)), magnitudes(entries.size());
  for (const bool mixed : {false, true}) {
    fill_normal(stream, 0, size, entries);
    fill_uniform(stream, 0, std::max(0.0, std::log10(size)), magnitudes);
    for (std::size_t i = 0; mixed && i < entries.size(); ++i) entries[i] *= std::pow(10, -magnitudes[i]);
    points.push_back(view(entries));
    points.push_back(-points.back());
  }
  return points;
}

// Whether points of about this size that differ by rounding alone have gradients as different as those are
// from the constant: then nothing is known beyond.
bool rounded_away(CriticalFunction& f, const Vector& constant, double size, Stream& stream) {
  double noise = 0, differs = 0;
  for (int k = 0; k < 40; ++k)
    for (const Vector& p : far_points(constant.size(), size * std::pow(10, (8 - k) / 16.0), stream)) {
      const Vector next = p.unaryExpr([](double x) { return std::nextafter(x, INFINITY); });
      const Vector g = f.gradient(p), h = f.gradient(next);
      if (!g.allFinite() || !h.allFinite()) return false;
      noise = std::max(noise, (h - g).cwiseAbs().maxCoeff());
      differs =
          std::max({differs, (g - constant).cwiseAbs().maxCoeff(), (h - constant).cwiseAbs().maxCoeff()});
    }
  return noise > 0 && differs <= 8 * noise;
}

}  // namespace

std::optional<ConstantGradient> find_constant_gradient(CriticalFunction& f,
                                                       const std::vector<std::vector<double>>& points,
                                                       bool everywhere, Stream& stream) {
  const Vector first = f.gradient(view(points[0]));
  const auto constant = [&](const Vector& p) {
    std::vector<double> u(points[0].size());
    fill_normal(stream, 0, 1, u);
    const Vector g = f.gradient(p), h = f.along(p, view(u));
    for (Eigen::Index i = 0; i < g.size(); ++i)
      if (!(std::abs(g[i] - first[i]) <= 1e-10 * std::abs(first[i])) || h[i] != 0) return false;
    return true;
  };
  for (const std::vector<double>& p : points)
    if (!constant(view(p))) return std::nullopt;
  ConstantGradient found;
  for (int magnitude = -3; everywhere && magnitude <= 150; magnitude += magnitude < 24 ? 1 : 3) {
    const double size = std::pow(10, magnitude);
    bool all = true;
    for (const Vector& p : far_points(first.size(), size, stream)) all = all && constant(p);
    if (!all && !(magnitude > 3 && rounded_away(f, first, size, stream))) return std::nullopt;
    if (!all) break;
    found.looked_to = size;
  }
  found.gradient = plain(first / f.scale());
  return found;
}

}  // namespace graph_runner
