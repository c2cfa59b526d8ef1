// error: Out<
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct OutputWithoutOut {
  static void describe(Spec<OutputWithoutOut>& s) {
    s.input("x", "...");
    s.output("y", "...");
  }
  template <class T>
  void forward(Flat<T> x, Flat<T> y) const {
    (void)x, (void)y;
  }
};

}  // namespace
GRAPH_RUNNER_NODE(OutputWithoutOut)
