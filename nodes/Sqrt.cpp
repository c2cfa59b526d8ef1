// y = √x, elementwise, for x > 0: at 0 it has a value but no derivative.   dx = dy / (2 y).
// Source: Griewank & Walther, Evaluating Derivatives, 2nd ed., chapter 3.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Sqrt {
  static void describe(Spec<Sqrt>& s) {
    s.doc("Square root, elementwise: y = √x.");
    s.input("x", "...").domain(GR_POSITIVE);
    s.output("y", "...");
  }
  template <class T>
  void forward(Flat<T> x, Out<Flat<T>> y) const {
    y = x.sqrt();
  }
  template <class T>
  void backward(Unread, Flat<T> y, Flat<T> dy, Grad<Flat<T>> dx) const {
    dx += dy / (T(2) * y);
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Sqrt)
