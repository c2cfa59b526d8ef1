// y = log(x), the natural logarithm, elementwise, for x > 0.   dx = dy / x.
// Source: Griewank & Walther, Evaluating Derivatives, 2nd ed., chapter 3.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Log {
  static void describe(Spec<Log>& s) {
    s.doc("Natural logarithm, elementwise: y = log(x).");
    s.input("x", "...").domain(GR_POSITIVE);
    s.output("y", "...");
  }
  template <class T>
  void forward(Flat<T> x, Out<Flat<T>> y) const {
    y = x.log();
  }
  template <class T>
  void backward(Flat<T> x, Unread, Flat<T> dy, Grad<Flat<T>> dx) const {
    dx += dy / x;
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Log)
