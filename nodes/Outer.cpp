// C = u vᵀ, the outer product: C_ij = u_i v_j.   du = dC v,   dv = dCᵀ u.
// Source: Giles, "Collected matrix derivative results for forward and reverse mode" (2008), section 2.2.1.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Outer {
  static void describe(Spec<Outer>& s) {
    s.doc("Outer product of two vectors: C = u vᵀ.");
    s.input("u", "m");
    s.input("v", "n");
    s.output("C", "m n");
  }
  template <class T>
  void forward(Col<T> u, Row<T> v, Out<Mat<T>> C) const {
    C = u * v;
  }
  template <class T>
  void backward(Row<T> u, Col<T> v, Unread, Mat<T> dC, Grad<Col<T>> du, Grad<Row<T>> dv) const {
    du += dC * v;
    dv += u * dC;
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Outer)
