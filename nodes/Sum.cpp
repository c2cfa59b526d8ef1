// y = Σ x, over all entries or along some axes.   dx = dy of the sum that an entry is part of.
// Source: Griewank & Walther, Evaluating Derivatives, 2nd ed., chapter 3.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Sum {
  std::vector<int> axes;

  static void describe(Spec<Sum>& s) {
    s.doc("Sum of all entries, or along some axes: y = Σ x.");
    s.attribute("axes", &Sum::axes, "the axes that are summed over, from 1; none: all").at_least(1);
    s.input("x", "...");
    s.output("y", "*");
  }
  void shapes(Shapes& s) const { append_kept(s, axes); }

  template <class T>
  void forward(const Call& call, Flat<T> x, Out<Flat<T>> y) const {
    each_group(axes, call.shape(0), [&](Eigen::Index j, const auto& group) { y(j) = sum_of(x(group)); });
  }
  template <class T>
  void backward(const Call& call, Unread, Unread, Flat<T> dy, Grad<Flat<T>> dx) const {
    if (axes.empty()) return dx += Flat<T>::Plain::Constant(dx.size(), dy(0));
    if (!dx.wanted()) return;
    auto& to = dx.entries();
    each_group(axes, call.shape(0), [&](Eigen::Index j, const auto& group) { to(group) += dy(j); });
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Sum)
