// y = tan(x), elementwise.   dx = (1 + y²) dy. Its poles, odd multiples of π/2, are not kept from it.
// Source: Griewank & Walther, Evaluating Derivatives, 2nd ed., chapter 3.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Tan {
  static void describe(Spec<Tan>& s) {
    s.doc("Tangent, elementwise: y = tan(x).");
    s.input("x", "...");
    s.output("y", "...");
  }
  template <class T>
  void forward(Flat<T> x, Out<Flat<T>> y) const {
    y = x.tan();
  }
  template <class T>
  void backward(Unread, Flat<T> y, Flat<T> dy, Grad<Flat<T>> dx) const {
    dx += (T(1) + y * y) * dy;
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Tan)
