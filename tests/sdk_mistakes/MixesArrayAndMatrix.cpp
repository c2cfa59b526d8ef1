// error: do not mix
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct MixesArrayAndMatrix {
  static void describe(Spec<MixesArrayAndMatrix>& s) {
    s.input("x", "m n");
    s.input("w", "n");
    s.output("y", "m");
  }
  template <class T>
  void forward(Mat<T> x, Flat<T> w, Out<Flat<T>> y) const {
    y = x * w;
  }
};

}  // namespace
GRAPH_RUNNER_NODE(MixesArrayAndMatrix)
