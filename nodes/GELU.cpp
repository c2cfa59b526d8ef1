// y = x Φ(x), elementwise, with Φ(x) = (1 + erf(x/√2)) / 2, the distribution function of a normal number.
// dx = (Φ(x) + x exp(-x²/2) / √(2π)) dy, derived from the formula.
// Source: Hendrycks & Gimpel, "Gaussian error linear units (GELUs)", arXiv:1606.08415.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct GELU : Elementwise<GELU> {
  static void describe(Spec<GELU>& s) {
    s.doc("Gaussian error linear unit, elementwise: y = x (1 + erf(x/√2)) / 2.");
    s.input("x", "...");
    s.output("y", "...");
  }
  template <class T>
  T operator()(T x) const {
    return 0.5 * x * (1 + erf(std::numbers::sqrt2 / 2 * x));
  }
};

}  // namespace
GRAPH_RUNNER_NODE(GELU)
