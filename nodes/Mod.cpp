// c = a - b ⌊a/b⌋, the remainder with the sign of b, elementwise, for b ≠ 0.
// da = dc,   db = -⌊a/b⌋ dc. Where a/b is whole it jumps; these derivatives hold on the right of that.
// Source: Graham, Knuth & Patashnik, Concrete Mathematics, 2nd ed., section 3.4.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Mod {
  static void describe(Spec<Mod>& s) {
    s.doc("Remainder, elementwise: c = a - b ⌊a/b⌋.");
    s.input("a", "...").broadcast();
    s.input("b", "...").broadcast().domain(GR_NONZERO);
    s.output("c", "...");
  }
  template <class T>
  void forward(Flat<T> a, Flat<T> b, Out<Flat<T>> c) const {
    c = a - b * (a / b).floor();
  }
  template <class T>
  void backward(Flat<T> a, Flat<T> b, Unread, Flat<T> dc, Grad<Flat<T>> da, Grad<Flat<T>> db) const {
    da += dc;
    db += -(a / b).floor() * dc;
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Mod)
