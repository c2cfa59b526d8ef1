// error: select(
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct BranchOnLanes : Elementwise<BranchOnLanes> {
  static void describe(Spec<BranchOnLanes>& s) {
    s.input("x", "...");
    s.output("y", "...");
  }
  template <class T>
  T operator()(T x) const {
    if (x > 0) return x;
    return exp(x) - 1;
  }
};

}  // namespace
GRAPH_RUNNER_NODE(BranchOnLanes)
