// y = x / (1 + exp(-x)), elementwise; also called swish.   With s = 1 / (1 + exp(-x)):
// dx = (s + y (1 - s)) dy, derived from the formula, in which the exponential is of what is at most 0.
// Source: Elfwing, Uchibe & Doya, "Sigmoid-weighted linear units for neural network function approximation in
// reinforcement learning", arXiv:1702.03118.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct SiLU : Elementwise<SiLU> {
  static void describe(Spec<SiLU>& s) {
    s.doc("Sigmoid linear unit (swish), elementwise: y = x / (1 + exp(-x)).");
    s.input("x", "...");
    s.output("y", "...");
  }
  template <class T>
  T operator()(T x) const {
    const T e = exp(select(x > 0, -x, x));
    return x * select(x > 0, 1, e) / (1 + e);
  }
};

}  // namespace
GRAPH_RUNNER_NODE(SiLU)
