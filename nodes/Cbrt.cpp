// y = ∛x, elementwise, of negative x too; at 0 it has a value but no derivative.   dx = dy / (3 y²).
// Source: Griewank & Walther, Evaluating Derivatives, 2nd ed., chapter 3.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Cbrt {
  static void describe(Spec<Cbrt>& s) {
    s.doc("Cube root, elementwise: y = ∛x.");
    s.input("x", "...").domain(GR_NONZERO);
    s.output("y", "...");
  }
  template <class T>
  void forward(Flat<T> x, Out<Flat<T>> y) const {
    y = x.unaryExpr([](const T& a) { return cbrt_of(a); });
  }
  template <class T>
  void backward(Unread, Flat<T> y, Flat<T> dy, Grad<Flat<T>> dx) const {
    dx += dy / (T(3) * y * y);
  }

 private:
  template <class T>
  static T cbrt_of(const T& x) {
    return std::cbrt(x);
  }
  template <class T>
  static Dual<T> cbrt_of(const Dual<T>& x) {
    const T root = cbrt_of(x.value);
    return {root, x.tangent / (T(3) * root * root)};
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Cbrt)
