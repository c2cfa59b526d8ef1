// error: a whole tensor wants
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct NumberAddedToTensor {
  static void describe(Spec<NumberAddedToTensor>& s) {
    s.input("x", "...");
    s.output("y", "...");
  }
  template <class T>
  void forward(Flat<T> x, Out<Flat<T>> y) const {
    y = x.square();
  }
  template <class T>
  void backward(Flat<T> x, Unread, Flat<T> dy, Grad<Flat<T>> dx) const {
    dx += dy.sum();
  }
};

}  // namespace
GRAPH_RUNNER_NODE(NumberAddedToTensor)
