// y = uᵀ v = Σ u_i v_i.   du = v dy,   dv = u dy.
// Source: Giles, "Collected matrix derivative results for forward and reverse mode" (2008), section 2.2.1.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Dot {
  static void describe(Spec<Dot>& s) {
    s.doc("Inner product of two vectors: y = uᵀ v.");
    s.input("u", "n");
    s.input("v", "n");
    s.output("y", "");
  }
  template <class T>
  void forward(Col<T> u, Col<T> v, Out<Scalar<T>> y) const {
    y = sum_of(u.cwiseProduct(v));
  }
  template <class T>
  void backward(Col<T> u, Col<T> v, Unread, Scalar<T> dy, Grad<Col<T>> du, Grad<Col<T>> dv) const {
    du += v * T(dy);
    dv += u * T(dy);
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Dot)
