// y = x.   dx = dy. What a formula that is a name alone becomes.
// Source: Griewank & Walther, Evaluating Derivatives, 2nd ed., chapter 3.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Copy {
  static void describe(Spec<Copy>& s) {
    s.doc("The same again: y = x.");
    s.input("x", "...");
    s.output("y", "...");
  }
  template <class T>
  void forward(Flat<T> x, Out<Flat<T>> y) const {
    y = x;
  }
  template <class T>
  void backward(Unread, Unread, Flat<T> dy, Grad<Flat<T>> dx) const {
    dx += dy;
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Copy)
