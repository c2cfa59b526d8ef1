// error: backward must be const
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct BackwardNotConst {
  static void describe(Spec<BackwardNotConst>& s) {
    s.input("x", "...");
    s.output("y", "...");
  }
  template <class T>
  void forward(Flat<T> x, Out<Flat<T>> y) const {
    y = x.square();
  }
  template <class T>
  void backward(Flat<T> x, Unread, Flat<T> dy, Grad<Flat<T>> dx) {
    dx += T(2) * x * dy;
  }
};

}  // namespace
GRAPH_RUNNER_NODE(BackwardNotConst)
