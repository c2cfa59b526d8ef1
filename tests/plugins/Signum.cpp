// An optimizer outside the tree, written like any node: mean ← share mean + (1 - share) g,
// p ← p - rate sign(mean).
// Source: Bernstein et al., "signSGD: compressed optimisation for non-convex problems", ICML 2018.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Signum {
  double share = 0.5;

  static void describe(Spec<Signum>& s) {
    s.doc("Steps of one size along the sign of a mean gradient.");
    s.attribute("share", &Signum::share, "the share of the mean that is kept").at_least(0).below(1);
    s.input("parameter", "...");
    s.input("gradient", "...");
    s.input("rate", "");
    s.input("step", "");
    s.input("mean", "...");
    s.output("next_parameter", "...");
    s.output("next_mean", "...");
  }
  template <class T>
  void forward(Flat<T> p, Flat<T> g, Scalar<T> rate, Scalar<T>, Flat<T> mean, Out<Flat<T>> next_p,
               Out<Flat<T>> next_mean) const {
    next_mean = T(share) * mean + T(1 - share) * g;
    next_p = p - (next_mean > T(0)).select(T(rate), (next_mean < T(0)).select(-T(rate), T(0) * next_mean));
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Signum)
