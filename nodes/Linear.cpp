// y = x Wᵀ + b on the last axis of x.   dx = dy W,   dW = dyᵀ x,   db = Σ_rows dy.
// Source: Goodfellow, Bengio & Courville, Deep Learning, section 6.5.6; homework 7, exercises 4.2-4.4
// and 4.6-4.7.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Linear {
  int units = 1;

  static void describe(Spec<Linear>& s) {
    s.doc("Affine map of the last axis: y = x Wᵀ + b.");
    s.attribute("units", &Linear::units, "size of the output's last axis").required().at_least(1);
    s.input("x", "... in");
    s.parameter("W", "units in", Init::fan("in")).affine();
    s.parameter("b", "units", Init::fan("in")).affine();
    s.output("y", "... units");
  }
  template <class T>
  void forward(Rows<T> x, Mat<T> W, Row<T> b, Out<Rows<T>> y) const {
    y = x * W.transpose();
    y.rowwise() += b;
  }
  template <class T>
  void backward(Rows<T> x, Mat<T> W, Unread, Unread, Rows<T> dy, Grad<Rows<T>> dx, Grad<Mat<T>> dW,
                Grad<Row<T>> db) const {
    dx += dy * W;
    dW += dy.transpose() * x;
    db += dy.colwise().sum();
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Linear)
