// y = ⌊x⌋, the largest whole number that is not above x, elementwise.
// Piecewise constant: dx = 0, where it jumps too.
// Source: Graham, Knuth & Patashnik, Concrete Mathematics, 2nd ed., section 3.1.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Floor {
  static void describe(Spec<Floor>& s) {
    s.doc("Rounds down, elementwise: y = ⌊x⌋. Its gradient is 0.");
    s.input("x", "...");
    s.output("y", "...");
  }
  template <class T>
  void forward(Flat<T> x, Out<Flat<T>> y) const {
    y = x.floor();
  }
  // Zero everywhere: a gradient that is not written.
  template <class T>
  void backward(Unread, Unread, Flat<T>, Grad<Flat<T>>) const {}
};

}  // namespace
GRAPH_RUNNER_NODE(Floor)
