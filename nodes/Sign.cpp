// y = 1 where x > 0, -1 where x < 0, else 0; elementwise.
// Piecewise constant: dx = 0, where it jumps too. What is not a number stays so.
// Source: Griewank & Walther, Evaluating Derivatives, 2nd ed., chapter 14.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Sign {
  static void describe(Spec<Sign>& s) {
    s.doc("Sign, elementwise: y = 1, 0 or -1. Its gradient is 0.");
    s.input("x", "...");
    s.output("y", "...");
  }
  template <class T>
  void forward(Flat<T> x, Out<Flat<T>> y) const {
    y = (x > T(0)).select(T(1), (x < T(0)).select(T(-1), T(0) * x));
  }
  // Zero everywhere: a gradient that is not written.
  template <class T>
  void backward(Unread, Unread, Flat<T>, Grad<Flat<T>>) const {}
};

}  // namespace
GRAPH_RUNNER_NODE(Sign)
