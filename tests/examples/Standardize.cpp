// y = (x - mean(x)) s along the last axis, with s = 1 / √(variance(x) + epsilon).
// dx = s (dy - mean(dy) - y mean(dy ∘ y)).
// Source: Ba, Kiros & Hinton, "Layer normalization", arXiv:1607.06450.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Standardize {
  double epsilon = 1e-5;

  static void describe(Spec<Standardize>& s) {
    s.doc("Shifts and scales each row to mean 0 and variance 1: y = (x - mean) / √(variance + epsilon).");
    s.attribute("epsilon", &Standardize::epsilon, "keeps rows of equal entries finite").above(0);
    s.input("x", "... n");
    s.output("y", "... n");
    s.saved("scale", "...");
  }
  template <class T>
  void forward(Rows<T> x, Out<Rows<T>> y, Out<Flat<T>> scale) const {
    using std::sqrt;
    for (Eigen::Index i = 0; i < x.rows(); ++i) {
      y.row(i) = (x.row(i).array() - x.row(i).mean()).matrix();
      scale(i) = T(1) / sqrt(y.row(i).array().square().mean() + T(epsilon));
      y.row(i) *= scale(i);
    }
  }
  template <class T>
  void backward(Unread, Rows<T> y, Flat<T> scale, Rows<T> dy, Grad<Rows<T>> dx) const {
    dx.each_row([&](Eigen::Index i) {
      const T mean = dy.row(i).mean(), along = dy.row(i).cwiseProduct(y.row(i)).mean();
      return (scale(i) * (dy.row(i).array() - mean - along * y.row(i).array())).matrix();
    });
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Standardize)
