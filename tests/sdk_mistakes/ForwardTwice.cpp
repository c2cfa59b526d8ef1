// error: one forward
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct ForwardTwice {
  static void describe(Spec<ForwardTwice>& s) {
    s.input("x", "...");
    s.output("y", "...");
  }
  template <class T>
  void forward(Flat<T> x, Out<Flat<T>> y) const {
    y = x.square();
  }
  template <class T>
  void forward(Mat<T> x, Out<Flat<T>> y) const {
    y = x.array().square();
  }
};

}  // namespace
GRAPH_RUNNER_NODE(ForwardTwice)
