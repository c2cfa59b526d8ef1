// error: is not read
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct ReadsGradient {
  static void describe(Spec<ReadsGradient>& s) {
    s.input("x", "...");
    s.output("y", "...");
  }
  template <class T>
  void forward(Flat<T> x, Out<Flat<T>> y) const {
    y = x.square();
  }
  template <class T>
  void backward(Flat<T> x, Unread, Flat<T> dy, Grad<Flat<T>> dx) const {
    dx += T(2) * x * dy + dx;
  }
};

}  // namespace
GRAPH_RUNNER_NODE(ReadsGradient)
