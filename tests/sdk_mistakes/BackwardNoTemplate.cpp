// error: backward must be a template
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct BackwardNoTemplate {
  static void describe(Spec<BackwardNoTemplate>& s) {
    s.input("x", "...");
    s.output("y", "...");
  }
  template <class T>
  void forward(Flat<T> x, Out<Flat<T>> y) const {
    y = x.square();
  }
  void backward(Flat<double> x, Unread, Flat<double> dy, Grad<Flat<double>> dx) const { dx += 2.0 * x * dy; }
};

}  // namespace
GRAPH_RUNNER_NODE(BackwardNoTemplate)
