// y = log Σ exp(x), over all entries or along some axes.   dx = exp(x - y) dy.
// The largest x is subtracted first, which changes nothing but keeps exp from overflowing.
// Source: Goodfellow, Bengio & Courville, Deep Learning, sections 4.1 and 6.2.2.3.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Logsumexp {
  std::vector<int> axes;

  static void describe(Spec<Logsumexp>& s) {
    s.doc("Logarithm of the sum of exponentials of all entries, or along some axes: y = log Σ exp(x).");
    s.attribute("axes", &Logsumexp::axes, "the axes that are summed over, from 1; none: all").at_least(1);
    s.input("x", "...");
    s.output("y", "*");
  }
  void shapes(Shapes& s) const { append_kept(s, axes); }

  template <class T>
  void forward(const Call& call, Flat<T> x, Out<Flat<T>> y) const {
    using std::log;
    each_group(axes, call.shape(0), [&](Eigen::Index j, const auto& group) {
      const T most = x(group).maxCoeff();
      y(j) = most + log(sum_of((x(group) - most).exp()));
    });
  }
  template <class T>
  void backward(const Call& call, Flat<T> x, Flat<T> y, Flat<T> dy, Grad<Flat<T>> dx) const {
    if (axes.empty()) return dx += (x - y(0)).exp() * dy(0);
    if (!dx.wanted()) return;
    auto& to = dx.entries();
    each_group(axes, call.shape(0),
               [&](Eigen::Index j, const auto& group) { to(group) += (x(group) - y(j)).exp() * dy(j); });
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Logsumexp)
