// y = m x, elementwise.   dx = m dy.   In evaluation m = 1; in training m_i is 0 with probability rate, else
// 1 / (1 - rate). It depends on the call's seed and on i alone, so backward computes it again: none is saved.
// Source: Srivastava et al., "Dropout", JMLR 15 (2014), section 10, with the scaling in training instead.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Dropout {
  double rate = 0.5;

  static void describe(Spec<Dropout>& s) {
    s.doc(
        "Dropout: in training each entry becomes 0 with probability `rate`, else x / (1 - rate); in "
        "evaluation y = x.");
    s.attribute("rate", &Dropout::rate, "the share of entries that are dropped").at_least(0).below(1);
    s.input("x", "...");
    s.output("y", "...");
  }
  template <class T>
  void forward(const Call& call, Flat<T> x, Out<Flat<T>> y) const {
    if (call.training())
      y = x * factor<T>(call, x.size());
    else
      y = x;
  }
  template <class T>
  void backward(const Call& call, Unread, Unread, Flat<T> dy, Grad<Flat<T>> dx) const {
    if (call.training())
      dx += dy * factor<T>(call, dy.size());
    else
      dx += dy;
  }

 private:
  template <class T>
  auto factor(const Call& call, Eigen::Index size) const {
    return Flat<T>::Plain::NullaryExpr(size, [rate = rate, seed = call.seed()](auto i) {
      return T(random_uniform(seed, static_cast<std::uint64_t>(i)) >= rate) * T(1 / (1 - rate));
    });
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Dropout)
