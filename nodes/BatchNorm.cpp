// y = z ∘ scale + shift, z = (x - μ) r, r = 1 / √(σ² + ε), with mean μ and variance σ² of the m rows; or, in
// evaluation, the running ones, to which training adds a share of μ and, where m > 1, of σ² m / (m - 1).
// dscale = Σ_rows dy ∘ z,   dshift = Σ_rows dy,   dx = scale r (dy - (dshift + z dscale) / m), or scale r dy.
// Source: Ioffe & Szegedy, "Batch normalization", ICML 2015, arXiv:1502.03167, algorithms 1 and 2.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct BatchNorm {
  double epsilon = 1e-5, momentum = 0.1;

  static void describe(Spec<BatchNorm>& s) {
    s.doc("Batch normalization of the last axis: y = (x - mean) / √(variance + epsilon) scale + shift.");
    s.attribute("epsilon", &BatchNorm::epsilon, "keeps equal entries finite").above(0);
    s.attribute("momentum", &BatchNorm::momentum, "a batch's share of the next").at_least(0).at_most(1);
    s.input("x", "... n");
    s.parameter("scale", "n", Init::ones()).affine();
    s.parameter("shift", "n").affine();
    s.parameter("mean", "n").discrete();
    s.parameter("variance", "n", Init::ones()).discrete().domain(GR_NONNEGATIVE);
    s.output("y", "... n");
    s.output("next_mean", "n").discrete();
    s.output("next_variance", "n").discrete();
    s.saved("z", "... n");
    s.saved("r", "n");
  }
  Eigen::Index scratch(const Call& call) const { return 2 * call.entries(1); }
  template <class T>
  void forward(const Call& call, Rows<T> x, Row<T> scale, Row<T> shift, Row<T> mean, Row<T> variance,
               Out<Rows<T>> y, Out<Row<T>> next_mean, Out<Row<T>> next_variance, Out<Rows<T>> z,
               Out<Row<T>> r) const {
    next_mean = mean, next_variance = variance;
    if (call.training()) next_mean = x.colwise().mean();
    if (call.training()) next_variance = (x.rowwise() - next_mean).cwiseAbs2().colwise().mean();
    r = (next_variance.array() + T(epsilon)).sqrt().inverse().matrix();
    z = (x.rowwise() - next_mean).array().rowwise() * r.array();
    y = (z.array().rowwise() * scale.array()).rowwise() + shift.array();
    if (call.training() && x.rows() > 1) next_variance *= T(double(x.rows()) / double(x.rows() - 1));
    next_mean += T(1 - momentum) * (mean - next_mean);
    next_variance += T(x.rows() > 1 ? 1 - momentum : 1) * (variance - next_variance);
  }
  template <class T>
  void backward(const Call& call, Unread, Row<T> scale, Unread, Unread, Unread, Unread, Unread, Unread,
                Rows<T> z, Row<T> r, Rows<T> dy, Grad<Rows<T>> dx, Grad<Row<T>> dscale,
                Grad<Row<T>> dshift) const {
    Eigen::Map<MatrixOf<T>> sums(call.scratch<T>(), 2, r.size());
    sums << dy.colwise().sum(), dy.cwiseProduct(z).colwise().sum();
    dshift += sums.row(0);
    dscale += sums.row(1);
    sums *= T(call.training() ? 1 / double(dy.rows()) : 0);
    dx.each_row([&](Eigen::Index i) {
      return (dy.row(i) - sums.row(0) - z.row(i).cwiseProduct(sums.row(1)))
          .cwiseProduct(r.cwiseProduct(scale));
    });
  }
};

}  // namespace
GRAPH_RUNNER_NODE(BatchNorm)
