// c = a + b, elementwise.   da = dc,   db = dc.
// Source: Griewank & Walther, Evaluating Derivatives, 2nd ed., chapter 3.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Add {
  static void describe(Spec<Add>& s) {
    s.doc("Sum, elementwise: c = a + b.");
    s.input("a", "...").broadcast();
    s.input("b", "...").broadcast();
    s.output("c", "...");
  }
  template <class T>
  void forward(Flat<T> a, Flat<T> b, Out<Flat<T>> c) const {
    c = a + b;
  }
  template <class T>
  void backward(Unread, Unread, Unread, Flat<T> dc, Grad<Flat<T>> da, Grad<Flat<T>> db) const {
    da += dc;
    db += dc;
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Add)
