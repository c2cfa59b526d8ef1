// The independent witness: differences, compared with a derivative that was computed otherwise.
#pragma once

#include <functional>
#include <vector>

namespace graph_runner {

// Differences of a function φ at x: (φ(x + h) - φ(x - h)) / 2h and the one-sided ones, all divided by the
// step as rounded. `scale` is the sum of the absolute terms of φ over the step: what their rounding is
// measured by.
struct Differences {
  double central = 0, left = 0, right = 0, scale = 0;
};

// The differences of φ = Σ terms, where `terms` gives its terms with x set to a number. Leaves x at `at`.
Differences take_differences(const std::function<std::vector<double>(double x)>& terms, double at, double h);

// A derivative that somebody claims.
struct Claimed {
  double derivative = 0;
  double at = 0;       // x
  double typical = 0;  // the size of the largest derivative beside it
  std::function<Differences(double h)> differences;
};

struct Witness {
  enum { agrees, kink, differs, unknown } verdict = unknown;  // unknown: φ is not finite beside x
  double numeric = 0;
  double error = 0;  // relative
};

// Compares with differences at step 1e-5 · max(1, |x|). Where they disagree, the step is made smaller: at a
// kink (a place where the derivatives from the left and from the right differ) one-sided differences stay
// apart, and no claim can be judged; a claim that stays apart from a smooth function's differences is wrong.
Witness compare_with_differences(const Claimed& claimed);

}  // namespace graph_runner
