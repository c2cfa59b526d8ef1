// error: too few arguments
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct BackwardWithoutOutput {
  static void describe(Spec<BackwardWithoutOutput>& s) {
    s.input("x", "...");
    s.output("y", "...");
  }
  template <class T>
  void forward(Flat<T> x, Out<Flat<T>> y) const {
    y = x.square();
  }
  template <class T>
  void backward(Flat<T> x, Flat<T> dy, Grad<Flat<T>> dx) const {
    dx += T(2) * x * dy;
  }
};

}  // namespace
GRAPH_RUNNER_NODE(BackwardWithoutOutput)
