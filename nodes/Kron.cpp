// C = A ⊗ B, the Kronecker product: each entry of A times B, side by side, in blocks.
// dA_ij = Σ of its block of dC ∘ B,   dB = Σ_ij A_ij times its block of dC.
// Source: Magnus & Neudecker, Matrix Differential Calculus, 3rd ed., section 2.2.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Kron {
  static void describe(Spec<Kron>& s) {
    s.doc("Kronecker product of two matrices: C = A ⊗ B.");
    s.input("A", "_ _");
    s.input("B", "_ _");
    s.output("C", "_ _");
  }
  void shapes(Shapes& s) const {
    for (const int axis : {0, 1}) s.set(2, axis, s.product(s.get(0, axis), s.get(1, axis)));
  }
  template <class T>
  void forward(Mat<T> A, Mat<T> B, Out<Mat<T>> C) const {
    for (Eigen::Index i = 0; i < A.rows(); ++i)
      for (Eigen::Index j = 0; j < A.cols(); ++j) block(C, i, j, B) = A(i, j) * B;
  }
  template <class T>
  void backward(Mat<T> A, Mat<T> B, Unread, Mat<T> dC, Grad<Mat<T>> dA, Grad<Mat<T>> dB) const {
    for (Eigen::Index i = 0; i < A.rows(); ++i)
      for (Eigen::Index j = 0; j < A.cols(); ++j) {
        if (dA.wanted()) dA.entries()(i, j) += block(dC, i, j, B).cwiseProduct(B).sum();
        dB += A(i, j) * block(dC, i, j, B);
      }
  }

 private:
  template <class M, class T>
  static auto block(M& C, Eigen::Index i, Eigen::Index j, const Mat<T>& B) {
    return C.block(i * B.rows(), j * B.cols(), B.rows(), B.cols());
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Kron)
