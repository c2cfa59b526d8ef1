// error: write Flat<T>
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct FloatInView {
  static void describe(Spec<FloatInView>& s) {
    s.input("x", "...");
    s.output("y", "...");
  }
  template <class T>
  void forward(Flat<float> x, Out<Flat<T>> y) const {
    y = x.square().template cast<T>();
  }
};

}  // namespace
GRAPH_RUNNER_NODE(FloatInView)
