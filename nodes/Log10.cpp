// y = log₁₀(x), elementwise, for x > 0.   dx = dy / (x log 10).
// Source: Abramowitz & Stegun, Handbook of Mathematical Functions, section 4.1.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Log10 {
  static void describe(Spec<Log10>& s) {
    s.doc("Logarithm to the base of 10, elementwise: y = log₁₀(x).");
    s.input("x", "...").domain(GR_POSITIVE);
    s.output("y", "...");
  }
  template <class T>
  void forward(Flat<T> x, Out<Flat<T>> y) const {
    y = x.unaryExpr([](const T& a) { return log10_of(a); });
  }
  template <class T>
  void backward(Flat<T> x, Unread, Flat<T> dy, Grad<Flat<T>> dx) const {
    dx += dy / (T(std::numbers::ln10) * x);
  }

 private:
  template <class T>
  static T log10_of(const T& x) {
    return std::log10(x);
  }
  template <class T>
  static Dual<T> log10_of(const Dual<T>& x) {
    return {log10_of(x.value), x.tangent / (T(std::numbers::ln10) * x.value)};
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Log10)
