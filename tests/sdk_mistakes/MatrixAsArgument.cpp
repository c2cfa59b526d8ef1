// error: is no view
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct MatrixAsArgument {
  static void describe(Spec<MatrixAsArgument>& s) {
    s.input("x", "...");
    s.output("y", "...");
  }
  template <class T>
  void forward(const MatrixOf<T>& x, Out<Flat<T>> y) const {
    y = x.array().square();
  }
};

}  // namespace
GRAPH_RUNNER_NODE(MatrixAsArgument)
