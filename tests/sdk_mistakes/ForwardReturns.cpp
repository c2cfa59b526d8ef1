// error: forward returns nothing
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct ForwardReturns {
  static void describe(Spec<ForwardReturns>& s) {
    s.input("x", "...");
    s.output("y", "...");
  }
  template <class T>
  T forward(Flat<T> x, Out<Flat<T>> y) const {
    y = x.square();
    return y(0);
  }
};

}  // namespace
GRAPH_RUNNER_NODE(ForwardReturns)
