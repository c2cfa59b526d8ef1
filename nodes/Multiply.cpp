// c = a b, elementwise.   da = b dc,   db = a dc.
// Source: Griewank & Walther, Evaluating Derivatives, 2nd ed., chapter 3.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Multiply {
  static void describe(Spec<Multiply>& s) {
    s.doc("Product, elementwise: c = a b.");
    s.input("a", "...").broadcast();
    s.input("b", "...").broadcast();
    s.output("c", "...");
  }
  template <class T>
  void forward(Flat<T> a, Flat<T> b, Out<Flat<T>> c) const {
    c = a * b;
  }
  template <class T>
  void backward(Flat<T> a, Flat<T> b, Unread, Flat<T> dc, Grad<Flat<T>> da, Grad<Flat<T>> db) const {
    da += b * dc;
    db += a * dc;
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Multiply)
