/* Expected: table: a step of training replaces the one by the other, but 'mean' is not discrete */
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct NextAlsoTrained {
  static void describe(Spec<NextAlsoTrained>& s) {
    s.doc("x less a mean that training both trains and replaces.");
    s.input("x", "... n");
    s.parameter("mean", "n");
    s.output("y", "... n");
    s.output("next_mean", "n").discrete();
  }
  template <class T>
  void forward(Rows<T> x, Row<T> mean, Out<Rows<T>> y, Out<Row<T>> next_mean) const {
    y = x.rowwise() - mean;
    next_mean = mean;
  }
};

}  // namespace
GRAPH_RUNNER_NODE(NextAlsoTrained)
