// error: before outputs
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct InputAfterOutput {
  static void describe(Spec<InputAfterOutput>& s) {
    s.input("x", "...");
    s.output("y", "...");
  }
  template <class T>
  void forward(Out<Flat<T>> y, Flat<T> x) const {
    y = x.square();
  }
};

}  // namespace
GRAPH_RUNNER_NODE(InputAfterOutput)
