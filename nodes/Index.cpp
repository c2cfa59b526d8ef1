// y = what is left of x where some of its axes are held at an index: x_j of a vector; A_ij, the row A_i: or
// the column A_:j of a matrix; T_i::k of a tensor. dx = dy at these places, else 0.
// Source: homework 7, sections 1 and 3 (x₁, A_ij).
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Index {
  std::vector<Size> at;

  static void describe(Spec<Index>& s) {
    s.doc("An entry of a tensor, or a part of it: a row or a column of a matrix.");
    auto at = s.attribute("at", &Index::at, "an index for each axis, from 1; 0 takes the whole axis");
    at.required().at_least(0).length(1, GR_MAX_RANK);
    s.input("x", "... n");
    s.output("y", "*");
  }
  void shapes(Shapes& s) const {
    if (s.rank(0) != static_cast<std::int64_t>(at.size()))
      throw std::invalid_argument(std::to_string(at.size()) + " indices for " + std::to_string(s.rank(0)) +
                                  " axes");
    for (std::size_t i = 0; i < at.size(); ++i) {
      const Size size = s.get(0, static_cast<std::int64_t>(i));
      s.reach(at[i], size);
      if (at[i].value == 0) s.append(1, size);
    }
  }
  template <class T>
  void forward(const Call& call, Rows<T> x, Out<Flat<T>> y) const {
    Eigen::Index taken = 0;
    each(0, 0, call.shape(0), taken, [&](Eigen::Index from, Eigen::Index to) { y(to) = x.data()[from]; });
  }
  template <class T>
  void backward(const Call& call, Unread, Unread, Flat<T> dy, Grad<Rows<T>> dx) const {
    if (!dx.wanted()) return;
    T* to = dx.entries().data();
    Eigen::Index taken = 0;
    each(0, 0, call.shape(0), taken, [&](Eigen::Index at_x, Eigen::Index at_y) { to[at_x] += dy(at_y); });
  }

 private:
  // Calls body(entry of x, entry of y) for each entry that is taken, from an axis on.
  template <class Body>
  void each(std::size_t axis, Eigen::Index entry, std::span<const std::int64_t> shape, Eigen::Index& taken,
            const Body& body) const {
    if (axis == at.size()) return body(entry, taken++);
    const std::int64_t index = at[axis].value;
    check_index(index, shape[axis]);
    for (std::int64_t i = index ? index - 1 : 0; i < (index ? index : shape[axis]); ++i)
      each(axis + 1, entry * shape[axis] + i, shape, taken, body);
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Index)
