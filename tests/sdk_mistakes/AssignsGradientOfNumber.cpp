// error: use +=
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct AssignsGradientOfNumber {
  static void describe(Spec<AssignsGradientOfNumber>& s) {
    s.input("x", "");
    s.output("y", "");
  }
  template <class T>
  void forward(Scalar<T> x, Out<Scalar<T>> y) const {
    y = T(x) * T(x);
  }
  template <class T>
  void backward(Scalar<T> x, Unread, Scalar<T> dy, Grad<Scalar<T>> dx) const {
    dx = T(2) * T(x) * T(dy);
  }
};

}  // namespace
GRAPH_RUNNER_NODE(AssignsGradientOfNumber)
