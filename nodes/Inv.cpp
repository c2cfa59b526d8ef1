// Y = A⁻¹, by LU decomposition with partial pivoting.   dA = -Yᵀ dY Yᵀ. O(n³).
// Source: Giles, "Collected matrix derivative results for forward and reverse mode" (2008), section 2.2.3.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Inv {
  static void describe(Spec<Inv>& s) {
    s.doc("Inverse of a matrix: Y = A⁻¹.");
    s.input("A", "n n").domain(GR_INVERTIBLE);
    s.output("Y", "n n");
  }
  template <class T>
  void forward(Mat<T> A, Out<Mat<T>> Y) const {
    Y = Eigen::PartialPivLU<MatrixOf<T>>(A).inverse();
  }
  template <class T>
  void backward(Unread, Mat<T> Y, Mat<T> dY, Grad<Mat<T>> dA) const {
    if (!dA.wanted()) return;
    const MatrixOf<T> right = dY * Y.transpose();
    dA += -(Y.transpose() * right);
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Inv)
