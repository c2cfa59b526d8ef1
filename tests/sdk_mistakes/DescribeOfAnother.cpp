// error: describe must take Spec<
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Another {};

struct DescribeOfAnother {
  static void describe(Spec<Another>& s) {
    s.input("x", "...");
    s.output("y", "...");
  }
  template <class T>
  void forward(Flat<T> x, Out<Flat<T>> y) const {
    y = x.square();
  }
};

}  // namespace
GRAPH_RUNNER_NODE(DescribeOfAnother)
