// y = z ∘ scale + shift along the last axis, z = (x - μ) r, r = 1 / √(σ² + ε): each row has mean 0 and
// variance 1 before it is scaled. With g = dy ∘ scale, and means along the row:
// dx = r (g - mean(g) - z mean(g ∘ z)),   dscale = Σ_rows dy ∘ z,   dshift = Σ_rows dy.
// Source: Ba, Kiros & Hinton, "Layer normalization", arXiv:1607.06450.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct LayerNorm {
  double epsilon = 1e-5;

  static void describe(Spec<LayerNorm>& s) {
    s.doc("Layer normalization of the last axis: y = (x - mean) / √(variance + epsilon) scale + shift.");
    s.attribute("epsilon", &LayerNorm::epsilon, "keeps rows of equal entries finite").above(0);
    s.input("x", "... n");
    s.parameter("scale", "n", Init::ones()).affine();
    s.parameter("shift", "n").affine();
    s.output("y", "... n");
    s.saved("mean", "...");
    s.saved("r", "...");
  }
  template <class T>
  void forward(Rows<T> x, Row<T> scale, Row<T> shift, Out<Rows<T>> y, Out<Flat<T>> mean,
               Out<Flat<T>> r) const {
    using std::sqrt;
    const T n(double(x.cols()));
    for (Eigen::Index i = 0; i < x.rows(); ++i) {
      mean(i) = sum_of(x.row(i)) / n;
      r(i) = T(1) / sqrt(sum_of((x.row(i).array() - mean(i)).square()) / n + T(epsilon));
      y.row(i).array() = (x.row(i).array() - mean(i)) * r(i) * scale.array() + shift.array();
    }
  }
  template <class T>
  void backward(Rows<T> x, Row<T> scale, Unread, Unread, Flat<T> mean, Flat<T> r, Rows<T> dy,
                Grad<Rows<T>> dx, Grad<Row<T>> dscale, Grad<Row<T>> dshift) const {
    const T n(double(x.cols()));
    dx.each_row([&](Eigen::Index i) {
      const auto z = (x.row(i).array() - mean(i)) * r(i);
      const auto g = dy.row(i).array() * scale.array();
      const T of_g = sum_of(g) / n, along = sum_of(g * z) / n;
      return (r(i) * (g - of_g - z * along)).matrix();
    });
    if (dscale.wanted())  // row by row, as they lie in memory
      for (Eigen::Index i = 0; i < x.rows(); ++i)
        dscale.entries().array() += dy.row(i).array() * ((x.row(i).array() - mean(i)) * r(i));
    dshift += dy.colwise().sum();
  }
};

}  // namespace
GRAPH_RUNNER_NODE(LayerNorm)
