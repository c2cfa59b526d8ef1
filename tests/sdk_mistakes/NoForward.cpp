// error: forward is missing
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct NoForward {
  static void describe(Spec<NoForward>& s) {
    s.input("x", "...");
    s.output("y", "...");
  }
};

}  // namespace
GRAPH_RUNNER_NODE(NoForward)
