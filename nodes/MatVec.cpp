// y = A x, a matrix times a column.   dA = dy xᵀ,   dx = Aᵀ dy.
// Source: Giles, "Collected matrix derivative results for forward and reverse mode" (2008), section 2.2.1.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct MatVec {
  static void describe(Spec<MatVec>& s) {
    s.doc("Product of a matrix and a vector: y = A x.");
    s.input("A", "m n");
    s.input("x", "n");
    s.output("y", "m");
  }
  template <class T>
  void forward(Mat<T> A, Col<T> x, Out<Col<T>> y) const {
    y = A * x;
  }
  template <class T>
  void backward(Mat<T> A, Col<T> x, Unread, Col<T> dy, Grad<Mat<T>> dA, Grad<Col<T>> dx) const {
    dA += dy * x.transpose();
    dx += A.transpose() * dy;
  }
};

}  // namespace
GRAPH_RUNNER_NODE(MatVec)
