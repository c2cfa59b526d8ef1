// y = tanh(h) / (1 + ‖h‖²) for each row h of x Wᵀ.
// Built by several compilers, each time under another NAME: with products, sums and Eigen's functions, an
// attribute, a parameter and a saved output.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Compiled {
  int units = 2;

  static void describe(Spec<Compiled>& s) {
    s.doc("y = tanh(h) / (1 + ‖h‖²) with h = x Wᵀ, for each row.");
    s.attribute("units", &Compiled::units, "size of the output's last axis").at_least(1);
    s.input("x", "... in");
    s.parameter("W", "units in", Init::fan("in"));
    s.output("y", "... units");
    s.saved("h", "... units");
  }
  template <class T>
  void forward(Rows<T> x, Mat<T> W, Out<Rows<T>> y, Out<Rows<T>> h) const {
    h = x * W.transpose();
    for (Eigen::Index i = 0; i < h.rows(); ++i)
      y.row(i) = h.row(i).array().tanh() / (T(1) + h.row(i).squaredNorm());
  }
  template <class T>
  void backward(Rows<T> x, Mat<T> W, Rows<T> y, Rows<T> h, Rows<T> dy, Grad<Rows<T>> dx,
                Grad<Mat<T>> dW) const {
    typename Rows<T>::Plain dh(h.rows(), h.cols());
    for (Eigen::Index i = 0; i < h.rows(); ++i) {
      const T d = T(1) + h.row(i).squaredNorm(), along = dy.row(i).cwiseProduct(y.row(i)).sum();
      dh.row(i) =
          (dy.row(i).array() * (T(1) - h.row(i).array().tanh().square()) - T(2) * along * h.row(i).array()) /
          d;
    }
    dx += dh * W;
    dW += dh.transpose() * x;
  }
};

}  // namespace
using NAME = Compiled;
#define NODE(TYPE) GRAPH_RUNNER_NODE(TYPE)  // whose argument is a macro here
NODE(NAME)
