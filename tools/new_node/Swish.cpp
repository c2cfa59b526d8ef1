// An example to change: y = x / (1 + exp(-βx)), elementwise.
// With s = 1 / (1 + exp(-βx)):   dx = (s + β x s (1 - s)) dy.
// Source: Ramachandran, Zoph & Le, "Searching for activation functions" (2017).
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Swish {
  double beta = 1;  // attributes are members, each with its default

  // What a graph file sees. "..." is any shape; "... n" would be any with a last axis, called n.
  static void describe(Spec<Swish>& s) {
    s.doc("Swish, elementwise: y = x / (1 + exp(-βx)).");
    s.attribute("beta", &Swish::beta, "how sharp the bend is").above(0);
    s.input("x", "...");
    s.output("y", "...");
    s.saved("s", "...");  // an output that backward alone reads
  }
  // The ports in this order. T is float, double or a dual number; every Out is written as a whole.
  template <class T>
  void forward(Flat<T> x, Out<Flat<T>> y, Out<Flat<T>> s) const {
    s = T(1) / (T(1) + (T(-beta) * x).exp());
    y = x * s;
  }
  // The same ports, Unread where not needed (y); then the gradient of y, and that of x to add to.
  template <class T>
  void backward(Flat<T> x, Unread, Flat<T> s, Flat<T> dy, Grad<Flat<T>> dx) const {
    dx += (s + T(beta) * x * s * (T(1) - s)) * dy;
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Swish)
