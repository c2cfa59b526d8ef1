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
  constexpr double shrink = 8;
  Witness w;
  double h = 1e-5 * std::max(1.0, std::abs(claimed.at));
  double first_jump = 0, first_central = 0, last_error = 0;
  bool converges = true;
  for (int attempt = 0; attempt < attempts; ++attempt, h /= shrink) {
    const Differences d = claimed.differences(h);
    if (!std::isfinite(d.central)) continue;
    const double typical = std::isfinite(claimed.typical) ? claimed.typical : 0;
    const double size =
        std::max({std::abs(d.central), std::abs(claimed.derivative), typical, d.scale * h, 1e-300});
    const double error = std::abs(d.central - claimed.derivative), jump = std::abs(d.right - d.left);
    // Of rounding, of the values and of the steps, which it makes unequal; and of curvature.
    const double tolerance = 1.5e-14 * d.scale + 1e-15 * jump * (1 + std::abs(claimed.at) / h) + 1e-6 * size;
    const bool first = w.verdict == Witness::unknown;
    w.verdict = Witness::differs;
    w.numeric = d.central;
    w.error = error / size;
    if (error <= tolerance) {
      // Curvature fades with the square of the step; a kink a little way off is suddenly out of reach.
      w.verdict = first || error >= last_error / 1000 ? Witness::agrees : Witness::kink;
      return w;
    }
    if (first) {
      first_jump = jump;
      first_central = d.central;
    } else {
      // The two sides of a curve come closer as the step shrinks; those of a kink do not. Across a jump of
      // the function itself, differences grow as the step shrinks.
      const bool kink = jump > tolerance && jump > first_jump / 4;
      const bool jumps = std::abs(d.central) > shrink / 2 * std::abs(first_central);
      if (kink || jumps) {
        w.verdict = Witness::kink;
        return w;
      }
      converges = converges && error < last_error / 16;
    }
    last_error = error;
  }
  // Towards a derivative of 0, where no error is small beside it.
  if (w.verdict == Witness::differs && converges) {
    w.verdict = Witness::agrees;
    w.error = last_error;
  }
  return w;
}

}  // namespace graph_runner
