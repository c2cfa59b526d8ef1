// y = γ ∘ z + β along the last axis, with z = (x - mean(x)) s and s = 1 / √(variance(x) + epsilon).
// With g = γ ∘ dy:   dx = s (g - mean(g) - z mean(g ∘ z)),   dγ = Σ_rows dy ∘ z,   dβ = Σ_rows dy.
// Source: Ba, Kiros & Hinton, "Layer normalization", arXiv:1607.06450.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Normalize {
  double epsilon = 1e-5;

  static void describe(Spec<Normalize>& s) {
    s.doc("Layer normalization: each row is brought to mean 0 and variance 1, then scaled and shifted.");
    s.attribute("epsilon", &Normalize::epsilon, "keeps rows of equal entries finite").above(0);
    s.input("x", "... n");
    s.parameter("gamma", "n", Init::ones());
    s.parameter("beta", "n");
    s.output("y", "... n");
    s.saved("z", "... n");
    s.saved("scale", "...");
  }
  template <class T>
  void forward(Rows<T> x, Row<T> gamma, Row<T> beta, Out<Rows<T>> y, Out<Rows<T>> z,
               Out<Flat<T>> scale) const {
    const auto mean = x.rowwise().mean();
    z = x.colwise() - mean;
    scale = (z.array().square().rowwise().mean() + T(epsilon)).rsqrt();
    z.array().colwise() *= scale;
    y = (z.array().rowwise() * gamma.array()).rowwise() + beta.array();
  }
  template <class T>
  void backward(Unread, Row<T> gamma, Unread, Unread, Rows<T> z, Flat<T> scale, Rows<T> dy, Grad<Rows<T>> dx,
                Grad<Row<T>> dgamma, Grad<Row<T>> dbeta) const {
    dx.each_row([&](Eigen::Index i) {
      const auto g = gamma.array() * dy.row(i).array();
      const T mean = g.mean(), along = (g * z.row(i).array()).mean();
      return (scale(i) * (g - mean - along * z.row(i).array())).matrix();
    });
    dgamma += (dy.array() * z.array()).colwise().sum();
    dbeta += dy.colwise().sum();
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Normalize)
