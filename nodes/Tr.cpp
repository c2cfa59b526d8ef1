// y = Σ_i A_ii, the trace of a square matrix.   dA = dy I.
// Source: Petersen & Pedersen, The Matrix Cookbook (2012), section 2.5.1.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Tr {
  static void describe(Spec<Tr>& s) {
    s.doc("Trace of a square matrix: y = Σ A_ii.");
    s.input("A", "n n");
    s.output("y", "");
  }
  template <class T>
  void forward(Mat<T> A, Out<Scalar<T>> y) const {
    y = sum_of(A.diagonal());
  }
  template <class T>
  void backward(Unread, Unread, Scalar<T> dy, Grad<Mat<T>> dA) const {
    dA += MatrixOf<T>::Identity(dA.rows(), dA.cols()) * T(dy);
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Tr)
