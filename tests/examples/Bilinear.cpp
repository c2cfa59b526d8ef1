// s_i = a_iᵀ W b_i for the rows a_i of a and b_i of b.
// With D = diag(ds):   da = D b Wᵀ,   db = D a W,   dW = aᵀ D b.
// Source: Luong, Pham & Manning, "Effective approaches to attention-based neural machine translation"
// (2015), section 3.1 (the score "general"); Petersen & Pedersen, The Matrix Cookbook (2012), equation 70.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Bilinear {
  static void describe(Spec<Bilinear>& s) {
    s.doc("Bilinear score of two rows: s = aᵀ W b.");
    s.input("a", "... m");
    s.input("b", "... n");
    s.parameter("W", "m n", Init::glorot("n"));
    s.output("s", "...");
  }
  template <class T>
  void forward(Rows<T> a, Rows<T> b, Mat<T> W, Out<Flat<T>> s) const {
    s = (a * W).cwiseProduct(b).rowwise().sum();
  }
  template <class T>
  void backward(Rows<T> a, Rows<T> b, Mat<T> W, Unread, Flat<T> ds, Grad<Rows<T>> da, Grad<Rows<T>> db,
                Grad<Mat<T>> dW) const {
    const auto D = ds.matrix().asDiagonal();
    da += D * b * W.transpose();
    db += D * a * W;
    dW += a.transpose() * D * b;
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Bilinear)
