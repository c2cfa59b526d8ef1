// y = Σ x / n, over all n entries, or the n along some axes.   dx = dy / n of the mean that it is part of.
// Source: Griewank & Walther, Evaluating Derivatives, 2nd ed., chapter 3.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Mean {
  std::vector<int> axes;

  static void describe(Spec<Mean>& s) {
    s.doc("Mean of all n entries, or of the n along some axes: y = Σ x / n.");
    s.attribute("axes", &Mean::axes, "the axes along which the mean is taken, from 1; none: all").at_least(1);
    s.input("x", "...");
    s.output("y", "*");
  }
  void shapes(Shapes& s) const { append_kept(s, axes); }

  template <class T>
  void forward(const Call& call, Flat<T> x, Out<Flat<T>> y) const {
    each_group(axes, call.shape(0),
               [&](Eigen::Index j, const auto& group) { y(j) = sum_of(x(group)) / T(double(group.size())); });
  }
  template <class T>
  void backward(const Call& call, Unread, Unread, Flat<T> dy, Grad<Flat<T>> dx) const {
    if (axes.empty()) return dx += Flat<T>::Plain::Constant(dx.size(), dy(0) / T(double(dx.size())));
    if (!dx.wanted()) return;
    auto& to = dx.entries();
    each_group(axes, call.shape(0),
               [&](Eigen::Index j, const auto& group) { to(group) += dy(j) / T(double(group.size())); });
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Mean)
