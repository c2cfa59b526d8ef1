// c = a b, the matrix product over the last axis of a.   da = dc bᵀ,   db = aᵀ dc.
// Source: Giles, "Collected matrix derivative results for forward and reverse mode" (2008), section 2.2.1.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct MatMul {
  static void describe(Spec<MatMul>& s) {
    s.doc("Matrix product over the last axis of a: c = a b.");
    s.input("a", "... k");
    s.input("b", "k n");
    s.output("c", "... n");
  }
  template <class T>
  void forward(Rows<T> a, Mat<T> b, Out<Rows<T>> c) const {
    c = a * b;
  }
  template <class T>
  void backward(Rows<T> a, Mat<T> b, Unread, Rows<T> dc, Grad<Rows<T>> da, Grad<Mat<T>> db) const {
    da += dc * b.transpose();
    db += a.transpose() * dc;
  }
};

}  // namespace
GRAPH_RUNNER_NODE(MatMul)
