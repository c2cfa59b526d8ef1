// y = cos(x), elementwise.   dx = -sin(x) dy.
// Source: Griewank & Walther, Evaluating Derivatives, 2nd ed., chapter 3.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Cos {
  static void describe(Spec<Cos>& s) {
    s.doc("Cosine, elementwise: y = cos(x).");
    s.input("x", "...");
    s.output("y", "...");
  }
  template <class T>
  void forward(Flat<T> x, Out<Flat<T>> y) const {
    y = x.cos();
  }
  template <class T>
  void backward(Flat<T> x, Unread, Flat<T> dy, Grad<Flat<T>> dx) const {
    dx += -x.sin() * dy;
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Cos)
