/* Expected: table: it has no output 'next_mean' to say what a step of training makes of it */
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct NothingNext {
  static void describe(Spec<NothingNext>& s) {
    s.doc("x less a mean that nothing moves.");
    s.input("x", "... n");
    s.parameter("mean", "n").discrete();
    s.output("y", "... n");
  }
  template <class T>
  void forward(Rows<T> x, Row<T> mean, Out<Rows<T>> y) const {
    y = x.rowwise() - mean;
  }
};

}  // namespace
GRAPH_RUNNER_NODE(NothingNext)
