// y = exp(x), elementwise.   dx = y dy.
// Source: Griewank & Walther, Evaluating Derivatives, 2nd ed., chapter 3.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Exp {
  static void describe(Spec<Exp>& s) {
    s.doc("Exponential, elementwise: y = exp(x).");
    s.input("x", "...");
    s.output("y", "...");
  }
  template <class T>
  void forward(Flat<T> x, Out<Flat<T>> y) const {
    y = x.exp();
  }
  template <class T>
  void backward(Unread, Flat<T> y, Flat<T> dy, Grad<Flat<T>> dx) const {
    dx += y * dy;
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Exp)
