#include "analysis/witness.hpp"

#include <algorithm>
#include <cmath>

namespace graph_runner {

namespace {

// Differences of φ at x: (φ(x + h) - φ(x - h)) / 2h and, where they are asked for, the one-sided ones, all
// divided by the step as rounded. `scale` is the sum of the absolute terms over the step: what their rounding
// is measured by.
class Differences {
 public:
  Differences(const Asserted& asserted, double h) : asserted_(asserted) {
    const volatile double above = asserted.at + h, below = asserted.at - h;  // rounded as they are stored
    above_ = above - asserted.at;
    below_ = asserted.at - below;
    right_ = terms_at(above);
    left_ = terms_at(below);
    double sum_right = 0, sum_left = 0;
    for (std::size_t k = 0; k < right_.size(); ++k) {
      central += right_[k] - left_[k];
      sum_right += std::abs(right_[k]);
      sum_left += std::abs(left_[k]);
    }
    central /= above - below;
    scale = std::max(sum_right, sum_left) / h;
  }
  // How far the derivatives from the right and from the left are apart.
  double jump() const {
    const std::vector<double> here = terms_at(asserted_.at);
    double right = 0, left = 0;
    for (std::size_t k = 0; k < here.size(); ++k) {
      right += right_[k] - here[k];
      left += here[k] - left_[k];
    }
    return std::abs(right / above_ - left / below_);
  }

  double central = 0, scale = 0;

 private:
  std::vector<double> terms_at(double x) const {
    asserted_.set(x);
    return asserted_.terms();
  }
  const Asserted& asserted_;
  double above_, below_;
  std::vector<double> right_, left_;
};

Witness compare(const Asserted& asserted) {
  constexpr int attempts = 4;
  constexpr double shrink = 8;
  Witness w;
  double h = 1e-5 * std::max(1.0, std::abs(asserted.at));
  double first_jump = 0, first_central = 0, last_error = 0;
  bool converges = true;
  for (int attempt = 0; attempt < attempts; ++attempt, h /= shrink) {
    const Differences d(asserted, h);
    if (!std::isfinite(d.central)) continue;
    const double typical = std::isfinite(asserted.typical) ? asserted.typical : 0;
    const double size =
        std::max({std::abs(d.central), std::abs(asserted.derivative), typical, d.scale * h, 1e-284});
    const double error = std::abs(d.central - asserted.derivative);
    double tolerance = 1.5e-14 * d.scale + 1e-6 * size;  // of rounding, and of curvature
    double jump = 0;
    if (error > tolerance) {
      jump = d.jump();
      tolerance += 1e-15 * jump * (1 + std::abs(asserted.at) / h);  // of steps that rounding makes unequal
    }
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
      const bool jumps = std::abs(d.central) >
                         std::max(shrink / 2 * std::abs(first_central), tolerance);  // no mere rounding
      if (kink || jumps) {
        w.verdict = Witness::kink;
        return w;
      }
      converges = converges && error < last_error / 4;
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

}  // namespace

Witness compare_with_differences(const Asserted& asserted) {
  const Witness found = compare(asserted);
  asserted.set(asserted.at);
  return found;
}

}  // namespace graph_runner
