// y = x r ∘ scale along the last axis, r = 1 / √(mean(x²) + ε): like LayerNorm, without mean and shift.
// With g = dy ∘ scale:   dx = r (g - x r² mean(g ∘ x)),   dscale = Σ_rows dy ∘ x r.
// Source: Zhang & Sennrich, "Root mean square layer normalization", arXiv:1910.07467.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct RMSNorm {
  double epsilon = 1e-5;

  static void describe(Spec<RMSNorm>& s) {
    s.doc("Root mean square normalization of the last axis: y = x / √(mean(x²) + epsilon) scale.");
    s.attribute("epsilon", &RMSNorm::epsilon, "keeps rows of zeros finite").above(0);
    s.input("x", "... n");
    s.parameter("scale", "n", Init::ones()).affine();
    s.output("y", "... n");
    s.saved("r", "...");
  }
  template <class T>
  void forward(Rows<T> x, Row<T> scale, Out<Rows<T>> y, Out<Flat<T>> r) const {
    using std::sqrt;
    for (Eigen::Index i = 0; i < x.rows(); ++i) {
      r(i) = T(1) / sqrt(sum_of(x.row(i).array().square()) / T(double(x.cols())) + T(epsilon));
      y.row(i).array() = x.row(i).array() * r(i) * scale.array();
    }
  }
  template <class T>
  void backward(Rows<T> x, Row<T> scale, Unread, Flat<T> r, Rows<T> dy, Grad<Rows<T>> dx,
                Grad<Row<T>> dscale) const {
    dx.each_row([&](Eigen::Index i) {
      const auto g = dy.row(i).array() * scale.array();
      const T along = sum_of(g * x.row(i).array()) * r(i) * r(i) / T(double(x.cols()));
      return (r(i) * (g - x.row(i).array() * along)).matrix();
    });
    dscale += (dy.array() * (x.array().colwise() * r)).matrix().colwise().sum();
  }
};

}  // namespace
GRAPH_RUNNER_NODE(RMSNorm)
