// c = a^b, elementwise, for a > 0.   da = b a^(b-1) dc,   db = log(a) c dc.
// Power has a constant whole exponent, and takes any base.
// Source: Griewank & Walther, Evaluating Derivatives, 2nd ed., chapter 3.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Pow {
  static void describe(Spec<Pow>& s) {
    s.doc("Power, elementwise, with a variable exponent: c = a^b.");
    s.input("a", "...").broadcast().domain(GR_POSITIVE);
    s.input("b", "...").broadcast();
    s.output("c", "...");
  }
  template <class T>
  void forward(Flat<T> a, Flat<T> b, Out<Flat<T>> c) const {
    c = a.pow(b);
  }
  template <class T>
  void backward(Flat<T> a, Flat<T> b, Flat<T> c, Flat<T> dc, Grad<Flat<T>> da, Grad<Flat<T>> db) const {
    da += b * a.pow(b - T(1)) * dc;
    db += a.log() * c * dc;
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Pow)
