// y = -x, elementwise.   dx = -dy.
// Source: Griewank & Walther, Evaluating Derivatives, 2nd ed., chapter 3.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Negate {
  static void describe(Spec<Negate>& s) {
    s.doc("Negative, elementwise: y = -x.");
    s.input("x", "...");
    s.output("y", "...");
  }
  template <class T>
  void forward(Flat<T> x, Out<Flat<T>> y) const {
    y = -x;
  }
  template <class T>
  void backward(Unread, Unread, Flat<T> dy, Grad<Flat<T>> dx) const {
    dx += -dy;
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Negate)
