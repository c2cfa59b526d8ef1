// The independent witness: differences, compared with a derivative that was computed otherwise.
#pragma once

#include <functional>
#include <vector>

namespace graph_runner {

// A derivative of φ = Σ terms by x, as somebody computed it.
struct Asserted {
  double derivative = 0;
  double at = 0;                               // x
  double typical = 0;                          // the size of the largest derivative beside it
  std::function<void(double x)> set;           // sets x
  std::function<std::vector<double>()> terms;  // the terms of φ at the x that is set
};

struct Witness {
  enum { agrees, kink, differs, unknown } verdict = unknown;  // unknown: φ is not finite beside x
  double numeric = 0;
  double error = 0;  // relative
};

// Compares with differences at step 1e-5 · max(1, |x|). Where they disagree, the step is made smaller: at a
// kink (a place where the derivatives from the left and from the right differ) one-sided differences stay
// apart, and nothing can be judged; what stays apart from a smooth function's differences is wrong.
// Costs two evaluations of φ where they agree at once; leaves x where it was, the terms not computed anew.
Witness compare_with_differences(const Asserted& asserted);

}  // namespace graph_runner
