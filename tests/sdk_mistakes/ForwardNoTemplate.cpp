// error: forward must be a template
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct ForwardNoTemplate {
  static void describe(Spec<ForwardNoTemplate>& s) {
    s.input("x", "...");
    s.output("y", "...");
  }
  void forward(Flat<double> x, Out<Flat<double>> y) const { y = x.square(); }
};

}  // namespace
GRAPH_RUNNER_NODE(ForwardNoTemplate)
