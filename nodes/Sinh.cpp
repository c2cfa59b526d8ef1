// y = sinh(x) = (exp(x) - exp(-x)) / 2, elementwise.   dx = cosh(x) dy.
// Source: Abramowitz & Stegun, Handbook of Mathematical Functions, section 4.5.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Sinh {
  static void describe(Spec<Sinh>& s) {
    s.doc("Hyperbolic sine, elementwise: y = (exp(x) - exp(-x)) / 2.");
    s.input("x", "...");
    s.output("y", "...");
  }
  template <class T>
  void forward(Flat<T> x, Out<Flat<T>> y) const {
    y = x.unaryExpr([](const T& a) { return sinh_of(a); });
  }
  template <class T>
  void backward(Flat<T> x, Unread, Flat<T> dy, Grad<Flat<T>> dx) const {
    dx += x.unaryExpr([](const T& a) { return cosh_of(a); }) * dy;
  }

 private:
  // Those of the library: a difference of exponentials loses its digits near 0.
  template <class T>
  static T sinh_of(const T& x) {
    return std::sinh(x);
  }
  template <class T>
  static T cosh_of(const T& x) {
    return std::cosh(x);
  }
  template <class T>
  static Dual<T> sinh_of(const Dual<T>& x) {
    return {sinh_of(x.value), cosh_of(x.value) * x.tangent};
  }
  template <class T>
  static Dual<T> cosh_of(const Dual<T>& x) {
    return {cosh_of(x.value), sinh_of(x.value) * x.tangent};
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Sinh)
