// a = all entries of A as a vector, row by row: of an m × n matrix, a_((i-1)n+j) = A_ij.
// dA = da in the shape of A.
// Source: homework 7, section 3.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Flatten {
  static void describe(Spec<Flatten>& s) {
    s.doc("All entries as one vector, row by row.");
    s.input("A", "...");
    s.output("a", "_");
  }
  void shapes(Shapes& s) const {
    Size entries{1};
    for (std::int64_t i = 0; i < s.rank(0); ++i) entries = s.product(entries, s.get(0, i));
    s.set(1, 0, entries);
  }
  template <class T>
  void forward(Flat<T> A, Out<Flat<T>> a) const {
    a = A;
  }
  template <class T>
  void backward(Unread, Unread, Flat<T> da, Grad<Flat<T>> dA) const {
    dA += da;
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Flatten)
