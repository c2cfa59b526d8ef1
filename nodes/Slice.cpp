// y = the entries of x that follow each other along one axis, from an index on: x_2 … x_4 of a vector, the
// columns 1 and 2 of a matrix.   dx = dy at these places, else 0.
// Source: Golub & Van Loan, Matrix Computations, 4th ed., section 1.1.8 (the colon notation).
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Slice {
  int count = 1, from = 1, axis = 1;

  static void describe(Spec<Slice>& s) {
    s.doc("Entries that follow each other along an axis, from an index on.");
    s.attribute("count", &Slice::count, "how many are taken").required().at_least(1);
    s.attribute("from", &Slice::from, "the index of the first of them, from 1").at_least(1);
    s.attribute("axis", &Slice::axis, "the axis, from 1").at_least(1).at_most(GR_MAX_RANK);
    s.input("x", "... n");
    s.output("y", "*");
  }
  void shapes(Shapes& s) const {
    if (axis > s.rank(0)) throw std::invalid_argument("there is no axis " + std::to_string(axis));
    for (std::int64_t i = 0; i < s.rank(0); ++i) s.append(1, i == axis - 1 ? Size{count} : s.get(0, i));
    const Size size = s.get(0, axis - 1);
    if (size.value >= 0) check(size.value);
  }
  template <class T>
  void forward(const Call& call, Rows<T> x, Out<Flat<T>> y) const {
    each(call.shape(0), [&](Eigen::Index from_x, Eigen::Index to_y) { y(to_y) = x.data()[from_x]; });
  }
  template <class T>
  void backward(const Call& call, Unread, Unread, Flat<T> dy, Grad<Rows<T>> dx) const {
    if (!dx.wanted()) return;
    T* to = dx.entries().data();
    each(call.shape(0), [&](Eigen::Index at_x, Eigen::Index at_y) { to[at_x] += dy(at_y); });
  }

 private:
  void check(std::int64_t size) const {
    if (from - 1 > size - count)
      throw std::invalid_argument("index " + std::to_string(std::int64_t(from) - 1 + count) +
                                  " is outside an axis of " + std::to_string(size));
  }
  // Calls body(entry of x, entry of y) for each entry that is taken.
  template <class Body>
  void each(std::span<const std::int64_t> shape, const Body& body) const {
    const std::size_t at = static_cast<std::size_t>(axis) - 1;
    check(shape[at]);
    Eigen::Index before = 1, behind = 1, entry = 0;
    for (std::size_t i = 0; i < shape.size(); ++i) (i < at ? before : behind) *= i == at ? 1 : shape[i];
    for (Eigen::Index b = 0; b < before; ++b)
      for (Eigen::Index i = (b * shape[at] + from - 1) * behind, n = count * behind; n > 0; --n)
        body(i++, entry++);
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Slice)
