// error: without arguments
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct NoDefaultConstructor {
  explicit NoDefaultConstructor(double beta) : beta_(beta) {}
  static void describe(Spec<NoDefaultConstructor>& s) {
    s.input("x", "...");
    s.output("y", "...");
  }
  template <class T>
  void forward(Flat<T> x, Out<Flat<T>> y) const {
    y = x.square();
  }
  double beta_;
};

}  // namespace
GRAPH_RUNNER_NODE(NoDefaultConstructor)
