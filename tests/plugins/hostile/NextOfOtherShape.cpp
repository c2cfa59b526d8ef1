/* Expected: table: output 'next_mean' is "... n", expected that of its parameter 'mean', "n" */
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct NextOfOtherShape {
  static void describe(Spec<NextOfOtherShape>& s) {
    s.doc("x less a mean that becomes a row for each sample.");
    s.input("x", "... n");
    s.parameter("mean", "n").discrete();
    s.output("y", "... n");
    s.output("next_mean", "... n").discrete();
  }
  template <class T>
  void forward(Rows<T> x, Row<T> mean, Out<Rows<T>> y, Out<Rows<T>> next_mean) const {
    y = x.rowwise() - mean;
    next_mean = x;
  }
};

}  // namespace
GRAPH_RUNNER_NODE(NextOfOtherShape)
