// error: Other
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct OtherName {
  static void describe(Spec<OtherName>& s) {
    s.input("x", "...");
    s.output("y", "...");
  }
  template <class T>
  void forward(Flat<T> x, Out<Flat<T>> y) const {
    y = x.square();
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Other)
