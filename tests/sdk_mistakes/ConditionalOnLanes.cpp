// error: select(
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct ConditionalOnLanes : Elementwise<ConditionalOnLanes> {
  static void describe(Spec<ConditionalOnLanes>& s) {
    s.input("x", "...");
    s.output("y", "...");
  }
  template <class T>
  T operator()(T x) const {
    return x > 0 ? x : T(0.01) * x;
  }
};

}  // namespace
GRAPH_RUNNER_NODE(ConditionalOnLanes)
