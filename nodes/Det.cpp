// y = det A, by LU decomposition with partial pivoting.   dA = y A⁻ᵀ dy, which wants an invertible A. O(n³).
// Source: Petersen & Pedersen, The Matrix Cookbook (2012), section 2.1.2.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Det {
  static void describe(Spec<Det>& s) {
    s.doc("Determinant of an invertible matrix: y = det A.");
    s.input("A", "n n").domain(GR_INVERTIBLE);
    s.output("y", "");
  }
  template <class T>
  void forward(Mat<T> A, Out<Scalar<T>> y) const {
    y = Eigen::PartialPivLU<MatrixOf<T>>(A).determinant();
  }
  template <class T>
  void backward(Mat<T> A, Scalar<T> y, Scalar<T> dy, Grad<Mat<T>> dA) const {
    if (!dA.wanted()) return;
    const MatrixOf<T> inverse = Eigen::PartialPivLU<MatrixOf<T>>(A).inverse();
    dA += inverse.transpose() * (T(y) * T(dy));
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Det)
