// y = sin(x), elementwise.   dx = cos(x) dy.
// Source: Griewank & Walther, Evaluating Derivatives, 2nd ed., chapter 3.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Sin {
  static void describe(Spec<Sin>& s) {
    s.doc("Sine, elementwise: y = sin(x).");
    s.input("x", "...");
    s.output("y", "...");
  }
  template <class T>
  void forward(Flat<T> x, Out<Flat<T>> y) const {
    y = x.sin();
  }
  template <class T>
  void backward(Flat<T> x, Unread, Flat<T> dy, Grad<Flat<T>> dx) const {
    dx += x.cos() * dy;
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Sin)
