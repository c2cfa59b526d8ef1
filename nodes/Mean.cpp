// y = Σ x / n, over all n entries.   dx = dy / n everywhere.
// Source: Griewank & Walther, Evaluating Derivatives, 2nd ed., chapter 3.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Mean {
  static void describe(Spec<Mean>& s) {
    s.doc("Mean of all entries: y = Σ x / n.");
    s.input("x", "...");
    s.output("y", "");
  }
  template <class T>
  void forward(Flat<T> x, Out<Scalar<T>> y) const {
    y = sum_of(x) / T(double(x.size()));
  }
  template <class T>
  void backward(Unread, Unread, Scalar<T> dy, Grad<Flat<T>> dx) const {
    dx += Flat<T>::Plain::Constant(dx.size(), T(dy) / T(double(dx.size())));
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Mean)
