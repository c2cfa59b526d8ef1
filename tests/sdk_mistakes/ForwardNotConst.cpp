// error: forward must be const
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct ForwardNotConst {
  static void describe(Spec<ForwardNotConst>& s) {
    s.input("x", "...");
    s.output("y", "...");
  }
  template <class T>
  void forward(Flat<T> x, Out<Flat<T>> y) {
    y = x.square();
  }
};

}  // namespace
GRAPH_RUNNER_NODE(ForwardNotConst)
