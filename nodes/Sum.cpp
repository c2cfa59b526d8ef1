// y = Σ x, over all entries.   dx = dy everywhere.
// Source: Griewank & Walther, Evaluating Derivatives, 2nd ed., chapter 3.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Sum {
  static void describe(Spec<Sum>& s) {
    s.doc("Sum of all entries: y = Σ x.");
    s.input("x", "...");
    s.output("y", "");
  }
  template <class T>
  void forward(Flat<T> x, Out<Scalar<T>> y) const {
    y = sum_of(x);
  }
  template <class T>
  void backward(Unread, Unread, Scalar<T> dy, Grad<Flat<T>> dx) const {
    dx += Flat<T>::Plain::Constant(dx.size(), T(dy));
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Sum)
