// error: of graph_runner
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct MaxOfStd : Elementwise<MaxOfStd> {
  static void describe(Spec<MaxOfStd>& s) {
    s.input("x", "...");
    s.output("y", "...");
  }
  template <class T>
  T operator()(T x) const {
    return std::max(x, T(0));
  }
};

}  // namespace
GRAPH_RUNNER_NODE(MaxOfStd)
