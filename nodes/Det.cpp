// y = det A.   dA = adj(A)ᵀ dy, with the adjugate, which is y A⁻¹ where A is invertible. By LU decomposition
// with complete pivoting, P A Q = L D U with unit triangular L and U, it is ± Q U⁻¹ adj(D) L⁻¹ P, where
// adj(D) holds products of pivots: nothing is divided by what is smaller. So it is right to rounding at and
// near singular matrices as well, and so are its derivatives, by duals. O(n³), twice the time of partial
// pivoting.
// Source: Stewart, "On the adjugate matrix", Linear Algebra and its Applications 283 (1998).
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Det {
  static void describe(Spec<Det>& s) {
    s.doc("Determinant of a square matrix: y = det A.");
    s.input("A", "n n");
    s.output("y", "");
  }
  template <class T>
  void forward(Mat<T> A, Out<Scalar<T>> y) const {
    y = Eigen::FullPivLU<MatrixOf<T>>(A).determinant();
  }
  template <class T>
  void backward(Mat<T> A, Unread, Scalar<T> dy, Grad<Mat<T>> dA) const {
    if (dA.wanted()) dA += adjugate<T>(A).transpose() * T(dy);
  }

 private:
  template <class T>
  static MatrixOf<T> adjugate(const Mat<T>& A) {
    using Eigen::Index;
    const Eigen::FullPivLU<MatrixOf<T>> lu(A);
    // Elimination ends where all of the k × k entries left are 0. As duals they still have tangents, which a
    // minor of one entry keeps; larger ones are products of them, and vanish.
    const Index n = A.rows(), pivots = lu.nonzeroPivots(), k = n - pivots;
    MatrixOf<T> D = MatrixOf<T>::Zero(n, n), factors = lu.matrixLU();
    if (k > 2) return D;
    if (k == 2) {
      const T all = factors.diagonal().head(pivots).prod();
      const auto left = factors.bottomRightCorner(2, 2);
      D.bottomRightCorner(2, 2) << all * left(1, 1), -all * left(0, 1), -all * left(1, 0), all * left(0, 0);
      factors.bottomRightCorner(2, 2).setIdentity();
    } else {
      T before(1), behind(1);
      for (Index i = 0; i < n; ++i, before *= factors(i - 1, i - 1)) D(i, i) = before;
      for (Index i = n; i-- > 0; behind *= factors(i, i)) D(i, i) *= behind;
    }
    for (Index i = 0; i < pivots; ++i) factors.row(i).tail(n - i - 1) /= T(factors(i, i));
    factors.template triangularView<Eigen::UnitUpper>().solveInPlace(D);
    factors.template triangularView<Eigen::UnitLower>().template solveInPlace<Eigen::OnTheRight>(D);
    const auto sign = static_cast<double>(lu.permutationP().determinant() * lu.permutationQ().determinant());
    return (lu.permutationQ() * D * lu.permutationP()) * T(sign);
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Det)
