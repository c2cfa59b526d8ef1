// y = 1 where x > 0, else 0; elementwise. It is the derivative of ReLU, at 0 too.
// Piecewise constant: dx = 0, where it jumps too, so that x step(x) has the derivative step(x).
// What is not a number stays so: 0 x is 0 for the x = 0 that is left.
// Source: homework 7, exercise 4.5 (the diagonal of Σ_h).
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Step {
  static void describe(Spec<Step>& s) {
    s.doc("Unit step, elementwise: y = 1 where x > 0, else 0. Its gradient is 0.");
    s.input("x", "...");
    s.output("y", "...");
  }
  template <class T>
  void forward(Flat<T> x, Out<Flat<T>> y) const {
    y = (x > T(0)).select(T(1), (x < T(0)).select(T(0), T(0) * x));
  }
  // Zero everywhere: a gradient that is not written.
  template <class T>
  void backward(Unread, Unread, Flat<T>, Grad<Flat<T>>) const {}
};

}  // namespace
GRAPH_RUNNER_NODE(Step)
