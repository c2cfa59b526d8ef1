// c = β₁ m + (1 - β₁) g,   m ← β₂ m + (1 - β₂) g,   p ← p - rate (sign(c) + weight_decay p).
// The sign of 0 is 0, and that of what is no number is no number.
// Source: Chen et al., "Symbolic discovery of optimization algorithms", NeurIPS 2023.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Lion : Update<Lion, 1> {
  double beta1 = 0.9, beta2 = 0.99, weight_decay = 0;

  static void describe(Spec<Lion>& s) {
    s.doc("Lion: steps of one size, along the sign of a mean gradient.");
    s.attribute("beta1", &Lion::beta1, "the share of the mean gradient in the sign").at_least(0).below(1);
    s.attribute("beta2", &Lion::beta2, "the share of the mean gradient that is kept").at_least(0).below(1);
    s.attribute("weight_decay", &Lion::weight_decay, "times the rate, the share of a parameter that decays")
        .at_least(0);
    s.input("parameter", "...");
    s.input("gradient", "...");
    s.input("rate", "").domain(GR_NONNEGATIVE);
    s.input("step", "").domain(GR_POSITIVE);
    s.input("m", "...");
    s.output("next_parameter", "...");
    s.output("next_m", "...");
  }
  auto rule(double rate, double) const {
    const double kept = 1 - rate * weight_decay;
    return [=, *this](auto& p, auto g, auto& m) {
      const auto c = beta1 * m + (1 - beta1) * g;
      m = beta2 * m + (1 - beta2) * g;
      p = kept * p - rate * select(c > 0, 1, select(c < 0, -1, c));
    };
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Lion)
