// y = tanh(x), elementwise.   dx = (1 - y²) dy.
// Source: Goodfellow, Bengio & Courville, Deep Learning, section 6.3.2.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Tanh {
  static void describe(Spec<Tanh>& s) {
    s.doc("Hyperbolic tangent, elementwise: y = tanh(x).");
    s.input("x", "...");
    s.output("y", "...");
  }
  template <class T>
  void forward(Flat<T> x, Out<Flat<T>> y) const {
    y = x.tanh();
  }
  template <class T>
  void backward(Unread, Flat<T> y, Flat<T> dy, Grad<Flat<T>> dx) const {
    dx += dy * (T(1) - y * y);
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Tanh)
