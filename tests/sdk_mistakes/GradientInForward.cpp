// error: is for backward
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct GradientInForward {
  static void describe(Spec<GradientInForward>& s) {
    s.input("x", "...");
    s.output("y", "...");
  }
  template <class T>
  void forward(Flat<T> x, Grad<Flat<T>> y) const {
    y += x.square();
  }
};

}  // namespace
GRAPH_RUNNER_NODE(GradientInForward)
