// y = |x|, elementwise.   dx = sign(x) dy, with sign(0) = 0: at the kink the mean of both sides.
// Source: Griewank & Walther, Evaluating Derivatives, 2nd ed., chapter 14.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Abs {
  static void describe(Spec<Abs>& s) {
    s.doc("Absolute value, elementwise: y = |x|.");
    s.input("x", "...");
    s.output("y", "...");
  }
  template <class T>
  void forward(Flat<T> x, Out<Flat<T>> y) const {
    y = x.abs();
  }
  template <class T>
  void backward(Flat<T> x, Unread, Flat<T> dy, Grad<Flat<T>> dx) const {
    dx += (x < T(0)).select(-dy, (x > T(0)).select(dy, T(0) * x));
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Abs)
