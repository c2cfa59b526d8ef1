// y = the smallest of all entries, min(x) of formulas, or of those along some axes.   dx = dy at its place;
// of k entries that are equally small, dy / k each: the mean of all sides. What is no number stays so.
// Source: Griewank & Walther, Evaluating Derivatives, 2nd ed., chapter 14.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Smallest {
  std::vector<int> axes;

  static void describe(Spec<Smallest>& s) {
    s.doc("The smallest of all entries, or of those along some axes: y = min x.");
    s.attribute("axes", &Smallest::axes, "the axes along which it is sought, from 1; none: all").at_least(1);
    s.input("x", "...");
    s.output("y", "*");
  }
  void shapes(Shapes& s) const { append_kept(s, axes); }

  template <class T>
  void forward(const Call& call, Flat<T> x, Out<Flat<T>> y) const {
    each_group(axes, call.shape(0), [&](Eigen::Index j, const auto& group) {
      T found = x(group[0]), apart(0);
      for (Eigen::Index i = 1; i < group.size(); ++i)
        if (x(group[i]) < found) found = x(group[i]);
      int ties = 0;
      for (Eigen::Index i = 0; i < group.size(); ++i)
        if (!(x(group[i]) > found)) apart += x(group[i]) - found, ++ties;  // 0, with a tangent
      y(j) = ties == 1 ? found : found + apart / T(double(ties));
    });
  }
  template <class T>
  void backward(const Call& call, Flat<T> x, Unread, Flat<T> dy, Grad<Flat<T>> dx) const {
    if (!dx.wanted()) return;
    auto& to = dx.entries();
    each_group(axes, call.shape(0), [&](Eigen::Index j, const auto& group) {
      T found = x(group[0]);
      for (Eigen::Index i = 1; i < group.size(); ++i)
        if (x(group[i]) < found) found = x(group[i]);
      double ties = 0;
      for (Eigen::Index i = 0; i < group.size(); ++i) ties += !(x(group[i]) > found);
      to(group) += (x(group) > found).select(T(0), dy(j) / T(ties) + T(0) * x(group));
    });
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Smallest)
