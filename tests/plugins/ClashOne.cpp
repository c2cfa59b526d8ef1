// With ClashTwo: two plugins whose node types are structs of one name, outside any anonymous namespace. y = x
// + 1.
#include <graph_runner/node.hpp>
using namespace graph_runner;

struct Shift {
  static void describe(Spec<Shift>& s) {
    s.doc("y = x + 1");
    s.input("x", "...");
    s.output("y", "...");
  }
  static int amount() {
    static int n = 1;  // would be one variable for both plugins, were it a unique symbol
    return n;
  }
  template <class T>
  void forward(Flat<T> x, Out<Flat<T>> y) const {
    y = x + T(amount());
  }
  template <class T>
  void backward(Unread, Unread, Flat<T> dy, Grad<Flat<T>> dx) const {
    dx += dy;
  }
};
using ClashOne = Shift;
GRAPH_RUNNER_NODE(ClashOne)
