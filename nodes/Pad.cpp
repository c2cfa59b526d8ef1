// y = x with `before` and `after` more entries along each axis, all of one value.   dx = dy where x is.
// Source: numpy.pad, mode constant.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Pad {
  std::vector<int> before, after;
  double value = 0;

  static void describe(Spec<Pad>& s) {
    s.doc("More entries around a tensor, all of one value.");
    s.attribute("before", &Pad::before, "how many before each axis, as a list; none: 0").at_least(0);
    s.attribute("after", &Pad::after, "how many behind each axis, as a list; none: 0").at_least(0);
    s.attribute("value", &Pad::value, "what they are");
    s.input("x", "...");
    s.output("y", "*");
  }
  void shapes(Shapes& s) const {
    for (const auto* list : {&before, &after})
      if (!list->empty() && s.rank(0) != static_cast<std::int64_t>(list->size()))
        throw std::invalid_argument(std::to_string(list->size()) + " numbers for " +
                                    std::to_string(s.rank(0)) + " axes");
    for (std::int64_t i = 0; i < s.rank(0); ++i)
      s.append(1, s.sum(s.get(0, i), {std::int64_t(more(before, i)) + more(after, i)}));
  }
  template <class T>
  void forward(const Call& call, Flat<T> x, Out<Flat<T>> y) const {
    y.setConstant(T(value));
    Eigen::Index from = 0;
    each(0, 0, call, from, [&](Eigen::Index at_x, Eigen::Index at_y) { y(at_y) = x(at_x); });
  }
  template <class T>
  void backward(const Call& call, Unread, Unread, Flat<T> dy, Grad<Flat<T>> dx) const {
    if (!dx.wanted()) return;
    auto& to = dx.entries();
    Eigen::Index from = 0;
    each(0, 0, call, from, [&](Eigen::Index at_x, Eigen::Index at_y) { to(at_x) += dy(at_y); });
  }

 private:
  static int more(const std::vector<int>& list, std::int64_t axis) {
    return list.empty() ? 0 : list[static_cast<std::size_t>(axis)];
  }
  // Calls body(entry of x, entry of y) for each entry of x, from an axis on.
  template <class Body>
  void each(std::size_t axis, Eigen::Index to, const Call& call, Eigen::Index& from, const Body& body) const {
    if (axis == call.shape(0).size()) return body(from++, to);
    to = to * call.shape(1)[axis] + more(before, static_cast<std::int64_t>(axis));
    for (Eigen::Index i = 0; i < call.shape(0)[axis]; ++i) each(axis + 1, to + i, call, from, body);
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Pad)
