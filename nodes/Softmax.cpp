// y_j = exp(x_j) / Σ_k exp(x_k) along the last axis.   dx = y ∘ (dy - Σ_k dy_k y_k).
// The largest x of each row is subtracted first, which changes nothing but keeps exp from overflowing.
// Source: Goodfellow, Bengio & Courville, Deep Learning, sections 4.1 and 6.2.2.3.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Softmax {
  static void describe(Spec<Softmax>& s) {
    s.doc("Softmax along the last axis: y_j = exp(x_j) / Σ_k exp(x_k).");
    s.input("x", "... n");
    s.output("y", "... n");
  }
  template <class T>
  void forward(Rows<T> x, Out<Rows<T>> y) const {
    for (Eigen::Index i = 0; i < x.rows(); ++i) {
      y.row(i) = (x.row(i).array() - x.row(i).maxCoeff()).exp();
      y.row(i) /= sum_of(y.row(i));
    }
  }
  template <class T>
  void backward(Unread, Rows<T> y, Rows<T> dy, Grad<Rows<T>> dx) const {
    dx.each_row([&](Eigen::Index i) {
      const T mean = sum_of(dy.row(i).cwiseProduct(y.row(i)));
      return (y.row(i).array() * (dy.row(i).array() - mean)).matrix();
    });
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Softmax)
