// What Eigen writes without dense matrices, and arrays beside matrices: diagonals, triangles, symmetric
// matrices and permutations, stored and multiplied, as outputs and as gradients.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Structured {
  static void describe(Spec<Structured>& s) {
    s.doc("Products of a square matrix A with its parts, and with a vector d.");
    s.input("A", "n n");
    s.input("d", "n");
    s.parameter("gain", "n", Init::ones());
    s.output("diagonal", "n n");
    s.output("scaled", "n n");
    s.output("lower", "n n");
    s.output("upper", "n n");
    s.output("symmetric", "n");
    s.output("reversed", "n n");
    s.output("sums", "n");
  }
  static auto reversal(Eigen::Index n) {
    Eigen::PermutationMatrix<Eigen::Dynamic> p(n);
    for (Eigen::Index i = 0; i < n; ++i) p.indices()(i) = static_cast<int>(n - 1 - i);
    return p;
  }
  template <class T>
  void forward(Mat<T> A, Col<T> d, Col<T> gain, Out<Mat<T>> diagonal, Out<Mat<T>> scaled, Out<Mat<T>> lower,
               Out<Mat<T>> upper, Out<Col<T>> symmetric, Out<Mat<T>> reversed, Out<Flat<T>> sums) const {
    diagonal = d.asDiagonal();
    scaled = d.asDiagonal() * A;
    lower = A.template triangularView<Eigen::Lower>();
    upper = A.template triangularView<Eigen::Upper>() * A;
    symmetric = A.template selfadjointView<Eigen::Lower>() * d;
    reversed = reversal(A.rows()) * A;
    sums = A.rowwise().sum().cwiseProduct(gain);  // a matrix into an array
  }
  template <class T>
  void backward(Mat<T> A, Col<T> d, Col<T> gain, Unread, Unread, Unread, Unread, Unread, Unread, Unread,
                Mat<T> ddiagonal, Mat<T> dscaled, Mat<T> dlower, Mat<T> dupper, Col<T> dsymmetric,
                Mat<T> dreversed, Flat<T> dsums, Grad<Mat<T>> dA, Grad<Col<T>> dd,
                Grad<Flat<T>> dgain) const {
    dd += ddiagonal.diagonal().array();  // an array into a matrix
    dd += dscaled.cwiseProduct(A).rowwise().sum();
    dd += A.template selfadjointView<Eigen::Lower>() * dsymmetric;
    dA += d.asDiagonal() * dscaled;
    dA += dlower.template triangularView<Eigen::Lower>();
    dA += A.transpose().template triangularView<Eigen::Lower>() * dupper;
    const MatrixOf<T> factor = dupper * A.transpose();
    dA += factor.template triangularView<Eigen::Upper>();
    // Below the diagonal an entry stands for two.
    const MatrixOf<T> outer = dsymmetric * d.transpose();
    const MatrixOf<T> both = outer + outer.transpose();
    dA += both.template triangularView<Eigen::StrictlyLower>();
    dA += outer.diagonal().asDiagonal();
    dA += reversal(A.rows()).transpose() * dreversed;
    dA += (dsums.matrix().cwiseProduct(gain)).rowwise().replicate(A.cols());
    dgain += A.rowwise().sum().cwiseProduct(dsums.matrix());
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Structured)
