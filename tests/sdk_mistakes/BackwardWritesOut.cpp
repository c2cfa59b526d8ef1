// error: Grad<
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct BackwardWritesOut {
  static void describe(Spec<BackwardWritesOut>& s) {
    s.input("x", "...");
    s.output("y", "...");
  }
  template <class T>
  void forward(Flat<T> x, Out<Flat<T>> y) const {
    y = x.square();
  }
  template <class T>
  void backward(Flat<T> x, Unread, Flat<T> dy, Out<Flat<T>> dx) const {
    dx = T(2) * x * dy;
  }
};

}  // namespace
GRAPH_RUNNER_NODE(BackwardWritesOut)
