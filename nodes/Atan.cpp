// y = arctan(x), between -π/2 and π/2, elementwise.   dx = dy / (1 + x²).
// Source: Griewank & Walther, Evaluating Derivatives, 2nd ed., chapter 3.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Atan {
  static void describe(Spec<Atan>& s) {
    s.doc("Inverse of the tangent, elementwise: y = arctan(x).");
    s.input("x", "...");
    s.output("y", "...");
  }
  template <class T>
  void forward(Flat<T> x, Out<Flat<T>> y) const {
    y = x.unaryExpr([](const T& a) { return atan_of(a); });
  }
  template <class T>
  void backward(Flat<T> x, Unread, Flat<T> dy, Grad<Flat<T>> dx) const {
    dx += dy / (T(1) + x * x);
  }

 private:
  template <class T>
  static T atan_of(const T& x) {
    return std::atan(x);
  }
  template <class T>
  static Dual<T> atan_of(const Dual<T>& x) {
    return {atan_of(x.value), x.tangent / (T(1) + x.value * x.value)};
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Atan)
