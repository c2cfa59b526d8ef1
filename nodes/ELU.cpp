// y = x where x > 0, else α (exp(x) - 1); elementwise.   dx = dy where x > 0, else α exp(x) dy, derived from
// the formula. Near 0, where exp(x) - 1 would lose its digits, it is 2 t / (1 - t) with t = tanh(x/2).
// Source: Clevert, Unterthiner & Hochreiter, "Fast and accurate deep network learning by exponential linear
// units (ELUs)", arXiv:1511.07289.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct ELU : Elementwise<ELU> {
  double alpha = 1;

  static void describe(Spec<ELU>& s) {
    s.doc("Exponential linear unit, elementwise: y = x where x > 0, else alpha (exp(x) - 1).");
    s.attribute("alpha", &ELU::alpha, "-alpha is what y comes near to for x far below 0").above(0);
    s.input("x", "...");
    s.output("y", "...");
  }
  template <class T>
  T operator()(T x) const {
    const T below = select(x > 0, 0, x), t = tanh(0.5 * below);
    return select(x > 0, x, alpha * select(below < -0.5, exp(below) - 1, 2 * t / (1 - t)));
  }
};

}  // namespace
GRAPH_RUNNER_NODE(ELU)
