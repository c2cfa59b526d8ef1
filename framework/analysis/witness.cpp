#include "analysis/witness.hpp"

#include <algorithm>
#include <cmath>

namespace graph_runner {

Differences take_differences(const std::function<std::vector<double>(double x)>& terms, double at, double h) {
  const volatile double above = at + h, below = at - h;  // rounded as they are stored
  const std::vector<double> right = terms(above), left = terms(below), here = terms(at);
  Differences d;
  double scale_right = 0, scale_left = 0;
  for (std::size_t k = 0; k < here.size(); ++k) {
    d.central += right[k] - left[k];
    d.right += right[k] - here[k];
    d.left += here[k] - left[k];
    d.scale += std::abs(here[k]);
    scale_right += std::abs(right[k]);
    scale_left += std::abs(left[k]);
  }
  d.central /= above - below;
  d.right /= above - at;
  d.left /= at - below;
  d.scale = std::max({d.scale, scale_right, scale_left}) / h;
  return d;
}

Witness compare_with_differences(const Claimed& claimed) {
  constexpr int attempts = 4;
  Witness w;
  bool kink = false;
  double h = 1e-5 * std::max(1.0, std::abs(claimed.at)), first_jump = 0;
  for (int attempt = 0; attempt < attempts; ++attempt, h /= 8) {
    const Differences d = claimed.differences(h);
    if (!std::isfinite(d.central)) continue;
    const double typical = std::isfinite(claimed.typical) ? claimed.typical : 0;
    const double size =
        std::max({std::abs(d.central), std::abs(claimed.derivative), typical, d.scale * h, 1e-300});
    const double rounding = 1.5e-14 * d.scale;
    const double tolerance = rounding + 1e-6 * size;
    const double error = std::abs(d.central - claimed.derivative);
    w.verdict = Witness::differs;
    w.numeric = d.central;
    w.error = error / size;
    if (error <= tolerance) {
      w.verdict = kink ? Witness::kink : Witness::agrees;
      return w;
    }
    // The two sides of a curve come closer as the step shrinks, eight times an attempt; those of a kink do
    // not.
    const double jump = std::abs(d.right - d.left);
    if (attempt == 0) first_jump = jump;
    if (jump <= tolerance) continue;
    kink = kink || jump > 1e-3 * size;
    if (attempt > 0 && jump > 0.25 * first_jump) {
      w.verdict = Witness::kink;
      return w;
    }
  }
  return w;
}

}  // namespace graph_runner
