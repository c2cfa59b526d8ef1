// y = 1 / (1 + exp(-x)), elementwise.   dx = y (1 - y) dy.
// Written with e = exp(-|x|), which cannot overflow: y = 1 / (1 + e) for x >= 0 and e / (1 + e) below.
// Source: Goodfellow, Bengio & Courville, Deep Learning, section 3.10.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Sigmoid {
  static void describe(Spec<Sigmoid>& s) {
    s.doc("Logistic function, elementwise: y = 1 / (1 + exp(-x)).");
    s.input("x", "...");
    s.output("y", "...");
  }
  template <class T>
  void forward(Flat<T> x, Out<Flat<T>> y) const {
    y = (x < T(0)).select(x, -x);  // not -|x|, whose derivative at 0 is another
    y = y.exp();
    y = (x >= T(0)).select(T(1) / (T(1) + y), y / (T(1) + y));
  }
  template <class T>
  void backward(Unread, Flat<T> y, Flat<T> dy, Grad<Flat<T>> dx) const {
    dx += dy * y * (T(1) - y);
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Sigmoid)
