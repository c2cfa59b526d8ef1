// y = log det A, for det A > 0, such as of a positive definite matrix; not a number where det A <= 0. It is
// Σ log |u_ii| of A's LU decomposition, which does not overflow where det A would.   dA = A⁻ᵀ dy. O(n³).
// Source: Petersen & Pedersen, The Matrix Cookbook (2012), section 2.1.4.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Logdet {
  static void describe(Spec<Logdet>& s) {
    s.doc("Logarithm of the determinant: y = log det A.");
    s.input("A", "n n").domain(GR_POSITIVE_DEFINITE);
    s.output("y", "");
  }
  template <class T>
  void forward(Mat<T> A, Out<Scalar<T>> y) const {
    using std::abs, std::log;
    const Eigen::PartialPivLU<MatrixOf<T>> lu(A);
    bool positive = lu.permutationP().determinant() > 0;
    T total(0);
    for (Eigen::Index i = 0; i < A.rows(); ++i) {
      const T u = lu.matrixLU()(i, i);
      positive = positive != (u < T(0));
      total += log(abs(u));
    }
    y = positive ? total : T(std::numeric_limits<double>::quiet_NaN());
  }
  template <class T>
  void backward(Mat<T> A, Unread, Scalar<T> dy, Grad<Mat<T>> dA) const {
    if (!dA.wanted()) return;
    const MatrixOf<T> inverse = Eigen::PartialPivLU<MatrixOf<T>>(A).inverse();
    dA += inverse.transpose() * T(dy);
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Logdet)
