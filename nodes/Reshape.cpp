// y = the entries of x in another shape of as many entries, row by row: of a vector a and shape [m, n],
// A_ij = a_((i-1)n+j).   dx = dy in the shape of x.
// Source: homework 7, section 3.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Reshape {
  std::vector<Size> shape;

  static void describe(Spec<Reshape>& s) {
    s.doc("The same entries in another shape, row by row.");
    s.attribute("shape", &Reshape::shape, "the sizes of its axes").required().length(1, GR_MAX_RANK);
    s.input("x", "...");
    s.output("y", "*");
  }
  void shapes(Shapes& s) const {
    Size before{1}, after{1};
    for (std::int64_t i = 0; i < s.rank(0); ++i) before = s.product(before, s.get(0, i));
    for (const Size size : shape) after = s.product(after, size), s.append(1, size);
    if (!(before == after)) throw std::invalid_argument("the two shapes differ in their number of entries");
  }
  template <class T>
  void forward(Flat<T> x, Out<Flat<T>> y) const {
    y = x;
  }
  template <class T>
  void backward(Unread, Unread, Flat<T> dy, Grad<Flat<T>> dx) const {
    dx += dy;
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Reshape)
