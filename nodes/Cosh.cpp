// y = cosh(x) = (exp(x) + exp(-x)) / 2, elementwise.   dx = sinh(x) dy, derived from the formula.
// Source: Abramowitz & Stegun, Handbook of Mathematical Functions, section 4.5.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Cosh : Elementwise<Cosh> {
  static void describe(Spec<Cosh>& s) {
    s.doc("Hyperbolic cosine, elementwise: y = (exp(x) + exp(-x)) / 2.");
    s.input("x", "...");
    s.output("y", "...");
  }
  template <class T>
  T operator()(T x) const {
    return 0.5 * (exp(x) + exp(-x));
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Cosh)
