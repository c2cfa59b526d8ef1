// y = 0 where x <= 0, else x; elementwise.   dx = dy where x > 0, else 0 (at the kink x = 0 too).
// So written, not as a maximum, a value that is not a number passes through instead of being hidden as 0, and
// a dual has tangent 0 at the kink, as backward has.
// Source: Goodfellow, Bengio & Courville, Deep Learning, section 6.3.1; homework 7, exercise 4.5.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct ReLU {
  static void describe(Spec<ReLU>& s) {
    s.doc("Rectifier, elementwise: y = max(x, 0).");
    s.input("x", "...");
    s.output("y", "...");
  }
  template <class T>
  void forward(Flat<T> x, Out<Flat<T>> y) const {
    y = (x <= T(0)).select(T(0), x);
  }
  template <class T>
  void backward(Unread, Flat<T> y, Flat<T> dy, Grad<Flat<T>> dx) const {
    dx += (y > T(0)).select(dy, T(0));
  }
};

}  // namespace
GRAPH_RUNNER_NODE(ReLU)
