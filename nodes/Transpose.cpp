// B = Aᵀ.   dA = dBᵀ.
// Source: Giles, "Collected matrix derivative results for forward and reverse mode" (2008), section 2.2.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Transpose {
  static void describe(Spec<Transpose>& s) {
    s.doc("Transpose of a matrix: B = Aᵀ.");
    s.input("A", "m n");
    s.output("B", "n m");
  }
  template <class T>
  void forward(Mat<T> A, Out<Mat<T>> B) const {
    B = A.transpose();
  }
  template <class T>
  void backward(Unread, Unread, Mat<T> dB, Grad<Mat<T>> dA) const {
    dA += dB.transpose();
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Transpose)
