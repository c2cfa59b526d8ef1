// y = √(Σ x²), over all entries: the Euclidean norm, of a matrix the Frobenius norm.
// dx = x dy / y; at x = 0, where there is a kink, dx = 0.
// Source: Petersen & Pedersen, The Matrix Cookbook (2012), section 2.6.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Norm2 {
  static void describe(Spec<Norm2>& s) {
    s.doc("Euclidean norm of all entries: y = √(Σ x²).");
    s.input("x", "...");
    s.output("y", "");
  }
  template <class T>
  void forward(Flat<T> x, Out<Scalar<T>> y) const {
    using std::sqrt;
    const T squares = sum_of(x.square());
    y = squares == T(0) ? T(0) : sqrt(squares);
  }
  template <class T>
  void backward(Flat<T> x, Scalar<T> y, Scalar<T> dy, Grad<Flat<T>> dx) const {
    const T scale = T(y) == T(0) ? T(0) : T(dy) / T(y);
    dx += x * scale;
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Norm2)
