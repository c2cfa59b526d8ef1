// y = x_j of a vector, or A_ij, the row A_i: or the column A_:j of a matrix. dx = dy at these places, else 0.
// Source: homework 7, sections 1 and 3 (x₁, A_ij).
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Index {
  std::vector<int> at;

  static void describe(Spec<Index>& s) {
    s.doc("An entry of a vector; an entry, a row or a column of a matrix.");
    s.attribute("at", &Index::at, "an index for each axis, from 1; 0 takes the whole axis")
        .required()
        .at_least(0)
        .length(1, 2);
    s.input("x", "... n");
    s.output("y", "*");
  }
  void shapes(Shapes& s) const {
    if (s.rank(0) != static_cast<std::int64_t>(at.size()))
      throw std::invalid_argument(std::to_string(at.size()) + " indices for " + std::to_string(s.rank(0)) +
                                  " axes");
    for (std::size_t i = 0; i < at.size(); ++i) {
      const Size size = s.get(0, static_cast<std::int64_t>(i));
      if (size.value >= 0) check(at[i], size.value);
      if (at[i] == 0) s.append(1, size);
    }
  }
  template <class T>
  void forward(Rows<T> x, Out<Flat<T>> y) const {
    each(x, [&](Eigen::Index i, Eigen::Index j, Eigen::Index k) { y(k) = x(i, j); });
  }
  template <class T>
  void backward(Unread, Unread, Flat<T> dy, Grad<Rows<T>> dx) const {
    if (dx.wanted())
      each(dx, [&](Eigen::Index i, Eigen::Index j, Eigen::Index k) { dx.entries()(i, j) += dy(k); });
  }

 private:
  static void check(int index, std::int64_t size) {
    if (index > size)
      throw std::invalid_argument("index " + std::to_string(index) + " is outside an axis of " +
                                  std::to_string(size));
  }
  // Calls body(row, column, number) for each entry that is taken. A vector is one row.
  template <class X, class Body>
  void each(const X& x, Body body) const {
    const int row = at.size() == 2 ? at[0] : 1, column = at.back();
    check(row, x.rows());
    check(column, x.cols());
    Eigen::Index k = 0;
    for (Eigen::Index i = row ? row - 1 : 0; i < (row ? row : x.rows()); ++i)
      for (Eigen::Index j = column ? column - 1 : 0; j < (column ? column : x.cols()); ++j) body(i, j, k++);
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Index)
