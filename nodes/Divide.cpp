// c = a / b, elementwise, for b ≠ 0.   da = dc / b,   db = -c dc / b.
// Source: Griewank & Walther, Evaluating Derivatives, 2nd ed., chapter 3.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Divide {
  static void describe(Spec<Divide>& s) {
    s.doc("Quotient, elementwise: c = a / b.");
    s.input("a", "...").broadcast();
    s.input("b", "...").broadcast().domain(GR_NONZERO);
    s.output("c", "...");
  }
  template <class T>
  void forward(Flat<T> a, Flat<T> b, Out<Flat<T>> c) const {
    c = a / b;
  }
  template <class T>
  void backward(Unread, Flat<T> b, Flat<T> c, Flat<T> dc, Grad<Flat<T>> da, Grad<Flat<T>> db) const {
    da += dc / b;
    db += -c * dc / b;
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Divide)
