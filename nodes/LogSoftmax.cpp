// y_j = x_j - log Σ_k exp(x_k) along the last axis: the logarithm of Softmax, without its rounding to 0.
// dx = dy - exp(y) Σ_k dy_k.   The largest x of each row is subtracted first, so that exp cannot overflow.
// Source: Goodfellow, Bengio & Courville, Deep Learning, section 6.2.2.3.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct LogSoftmax {
  static void describe(Spec<LogSoftmax>& s) {
    s.doc("Logarithm of softmax along the last axis: y_j = x_j - log Σ_k exp(x_k).");
    s.input("x", "... n");
    s.output("y", "... n");
  }
  template <class T>
  void forward(Rows<T> x, Out<Rows<T>> y) const {
    using std::log;
    for (Eigen::Index i = 0; i < x.rows(); ++i) {
      const T m = x.row(i).maxCoeff();
      const T log_sum = log(sum_of((x.row(i).array() - m).exp()));
      y.row(i) = (x.row(i).array() - m) - log_sum;
    }
  }
  template <class T>
  void backward(Unread, Rows<T> y, Rows<T> dy, Grad<Rows<T>> dx) const {
    dx.each_row([&](Eigen::Index i) {
      const T total = sum_of(dy.row(i));
      return (dy.row(i).array() - y.row(i).array().exp() * total).matrix();
    });
  }
};

}  // namespace
GRAPH_RUNNER_NODE(LogSoftmax)
