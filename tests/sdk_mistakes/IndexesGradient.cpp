// error: a gradient has entries()
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct IndexesGradient {
  static void describe(Spec<IndexesGradient>& s) {
    s.input("x", "...");
    s.output("y", "...");
  }
  template <class T>
  void forward(Flat<T> x, Out<Flat<T>> y) const {
    y = x.square();
  }
  template <class T>
  void backward(Flat<T> x, Unread, Flat<T> dy, Grad<Flat<T>> dx) const {
    for (Eigen::Index i = 0; i < x.size(); ++i) dx(i) += T(2) * x(i) * dy(i);
  }
};

}  // namespace
GRAPH_RUNNER_NODE(IndexesGradient)
