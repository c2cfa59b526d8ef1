// y = x^n, elementwise, for a whole exponent n >= 0 and any x.   dx = n x^(n-1) dy.
// By repeated squaring, so that 0^0 = 1 and its derivative 0 come out right. Pow has a variable exponent.
// Source: Knuth, The Art of Computer Programming, vol. 2, 3rd ed., section 4.6.3.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Power {
  int exponent = 2;

  static void describe(Spec<Power>& s) {
    s.doc("Power with a constant whole exponent, elementwise: y = x^exponent.");
    s.attribute("exponent", &Power::exponent, "the exponent").at_least(0).at_most(1000000);
    s.input("x", "...");
    s.output("y", "...");
  }
  template <class T>
  void forward(Flat<T> x, Out<Flat<T>> y) const {
    y = x.unaryExpr([n = exponent](const T& a) { return power(a, n); });
  }
  template <class T>
  void backward(Flat<T> x, Unread, Flat<T> dy, Grad<Flat<T>> dx) const {
    if (exponent == 0) return;
    dx += x.unaryExpr([n = exponent](const T& a) { return T(double(n)) * power(a, n - 1); }) * dy;
  }

 private:
  template <class T>
  static T power(T base, int n) {
    T result(1);
    for (; n > 0; n /= 2, base = base * base)
      if (n % 2) result = result * base;
    return result;
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Power)
