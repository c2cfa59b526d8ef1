// m ← β₁ m + (1 - β₁) g,   v ← β₂ v + (1 - β₂) g²,   p ← p - rate m̂ / (√v̂ + ε)
// with m̂ = m / (1 - β₁ᵗ) and v̂ = v / (1 - β₂ᵗ) at step t, since m and v start at zero.
// Source: Kingma & Ba, "Adam: a method for stochastic optimization", ICLR 2015.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Adam : Update<Adam, 2> {
  double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8;

  static void describe(Spec<Adam>& s) {
    s.doc("Adam: steps along the mean gradient, divided by the root of its mean square.");
    s.attribute("beta1", &Adam::beta1, "the share of the mean gradient that is kept").at_least(0).below(1);
    s.attribute("beta2", &Adam::beta2, "the share of the mean square that is kept").at_least(0).below(1);
    s.attribute("epsilon", &Adam::epsilon, "is added to the root").above(0);
    s.input("parameter", "...");
    s.input("gradient", "...");
    s.input("rate", "").domain(GR_NONNEGATIVE);
    s.input("step", "").domain(GR_POSITIVE);
    s.input("m", "...");
    s.input("v", "...").domain(GR_NONNEGATIVE);
    s.output("next_parameter", "...");
    s.output("next_m", "...");
    s.output("next_v", "...");
  }
  auto rule(double rate, double step) const {
    const double by_m = rate / (1 - std::pow(beta1, step));
    const double by_root = 1 / std::sqrt(1 - std::pow(beta2, step));
    return [=, *this](auto& p, auto g, auto& m, auto& v) {
      m = beta1 * m + (1 - beta1) * g;
      v = beta2 * v + (1 - beta2) * (g * g);
      p = p - by_m * m / (by_root * sqrt(v) + epsilon);
    };
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Adam)
