// With ClashOne, where it is explained. y = 2 x.
#include <graph_runner/node.hpp>
using namespace graph_runner;

struct Shift {
  static void describe(Spec<Shift>& s) {
    s.doc("y = 2 x");
    s.input("x", "...");
    s.output("y", "...");
  }
  static int amount() {
    static int n = 2;
    return n;
  }
  template <class T>
  void forward(Flat<T> x, Out<Flat<T>> y) const {
    y = x * T(amount());
  }
  template <class T>
  void backward(Unread, Unread, Flat<T> dy, Grad<Flat<T>> dx) const {
    dx += dy * T(amount());
  }
};
using ClashTwo = Shift;
GRAPH_RUNNER_NODE(ClashTwo)
