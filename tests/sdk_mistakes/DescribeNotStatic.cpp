// error: describe must be static
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct DescribeNotStatic {
  void describe(Spec<DescribeNotStatic>& s) {
    s.input("x", "...");
    s.output("y", "...");
  }
  template <class T>
  void forward(Flat<T> x, Out<Flat<T>> y) const {
    y = x.square();
  }
};

}  // namespace
GRAPH_RUNNER_NODE(DescribeNotStatic)
