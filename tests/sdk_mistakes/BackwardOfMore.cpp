// error: too many Grad<
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct BackwardOfMore {
  static void describe(Spec<BackwardOfMore>& s) {
    s.input("x", "...");
    s.output("y", "...");
  }
  template <class T>
  void forward(Flat<T> x, Out<Flat<T>> y) const {
    y = x.square();
  }
  template <class T>
  void backward(Flat<T> x, Unread, Flat<T> dy, Grad<Flat<T>> dx, Grad<Flat<T>> db) const {
    dx += T(2) * x * dy;
  }
};

}  // namespace
GRAPH_RUNNER_NODE(BackwardOfMore)
