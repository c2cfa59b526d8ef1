// y = Σ |x|, over all entries.   dx = sign(x) dy, with sign(0) = 0: at a kink the mean of both sides.
// Source: Petersen & Pedersen, The Matrix Cookbook (2012), section 2.6.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Norm1 {
  static void describe(Spec<Norm1>& s) {
    s.doc("Sum of absolute values, the 1-norm: y = Σ |x|.");
    s.input("x", "...");
    s.output("y", "");
  }
  template <class T>
  void forward(Flat<T> x, Out<Scalar<T>> y) const {
    y = sum_of(x.abs());
  }
  template <class T>
  void backward(Flat<T> x, Unread, Scalar<T> dy, Grad<Flat<T>> dx) const {
    dx += (x < T(0)).select(-T(dy), (x > T(0)).select(T(dy), T(0) * x));
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Norm1)
