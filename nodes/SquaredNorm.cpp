// y = Σ x², over all entries: what norm2(x)^2 becomes, without the kink of the root.   dx = 2 x dy.
// Source: Petersen & Pedersen, The Matrix Cookbook (2012), section 2.6.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct SquaredNorm {
  static void describe(Spec<SquaredNorm>& s) {
    s.doc("Squared Euclidean norm of all entries: y = Σ x².");
    s.input("x", "...");
    s.output("y", "");
  }
  template <class T>
  void forward(Flat<T> x, Out<Scalar<T>> y) const {
    y = sum_of(x.square());
  }
  template <class T>
  void backward(Flat<T> x, Unread, Scalar<T> dy, Grad<Flat<T>> dx) const {
    dx += x * (T(2) * T(dy));
  }
};

}  // namespace
GRAPH_RUNNER_NODE(SquaredNorm)
