// y = the entries of x that follow each other along one axis, from an index on: x_2 … x_4 of a vector, the
// columns 1 and 2 of a matrix.   dx = dy at these places, else 0.
// Source: Golub & Van Loan, Matrix Computations, 4th ed., section 1.1.8 (the colon notation).
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Slice {
  Size from{1}, to{1};
  int axis = 1;

  static void describe(Spec<Slice>& s) {
    s.doc("Entries that follow each other along an axis, from an index to another.");
    s.attribute("from", &Slice::from, "the index of the first of them, from 1").at_least(1);
    s.attribute("to", &Slice::to, "the index of the last").required().at_least(1);
    s.attribute("axis", &Slice::axis, "the axis, from 1").at_least(1).at_most(GR_MAX_RANK);
    s.input("x", "... n");
    s.output("y", "*");
  }
  void shapes(Shapes& s) const {
    if (axis > s.rank(0)) throw std::invalid_argument("there is no axis " + std::to_string(axis));
    s.reach(to, s.get(0, axis - 1));
    const Size count = s.difference(s.sum(to, {1}), from);
    if (count.value == 0) throw std::invalid_argument("it would be empty");
    for (std::int64_t i = 0; i < s.rank(0); ++i) s.append(1, i == axis - 1 ? count : s.get(0, i));
  }
  template <class T>
  void forward(const Call& call, Rows<T> x, Out<Flat<T>> y) const {
    each(call.shape(0), [&](Eigen::Index from_x, Eigen::Index to_y) { y(to_y) = x.data()[from_x]; });
  }
  template <class T>
  void backward(const Call& call, Unread, Unread, Flat<T> dy, Grad<Rows<T>> dx) const {
    if (!dx.wanted()) return;
    T* out = dx.entries().data();
    each(call.shape(0), [&](Eigen::Index at_x, Eigen::Index at_y) { out[at_x] += dy(at_y); });
  }

 private:
  // Calls body(entry of x, entry of y) for each entry that is taken.
  template <class Body>
  void each(std::span<const std::int64_t> shape, const Body& body) const {
    const std::size_t at = static_cast<std::size_t>(axis) - 1;
    check_index(to.value, shape[at]);
    Eigen::Index before = 1, behind = 1, entry = 0;
    for (std::size_t i = 0; i < shape.size(); ++i) (i < at ? before : behind) *= i == at ? 1 : shape[i];
    for (Eigen::Index b = 0; b < before; ++b)
      for (Eigen::Index i = (b * shape[at] + from.value - 1) * behind,
                        n = (to.value - from.value + 1) * behind;
           n > 0; --n)
        body(i++, entry++);
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Slice)
