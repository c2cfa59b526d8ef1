// sum ← sum + g²,   p ← p - rate g / (√sum + ε).
// Source: Duchi, Hazan & Singer, "Adaptive subgradient methods for online learning and stochastic
// optimization", Journal of Machine Learning Research 12 (2011).
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Adagrad : Update<Adagrad, 1> {
  double epsilon = 1e-10;

  static void describe(Spec<Adagrad>& s) {
    s.doc("Adagrad: steps along the gradient, divided by the root of the sum of its squares.");
    s.attribute("epsilon", &Adagrad::epsilon, "is added to the root").above(0);
    s.input("parameter", "...");
    s.input("gradient", "...");
    s.input("rate", "").domain(GR_NONNEGATIVE);
    s.input("step", "").domain(GR_POSITIVE);
    s.input("sum", "...").domain(GR_NONNEGATIVE);
    s.output("next_parameter", "...");
    s.output("next_sum", "...");
  }
  auto rule(double rate, double) const {
    return [=, *this](auto& p, auto g, auto& sum) {
      sum = sum + g * g;
      p = p - rate * g / (sqrt(sum) + epsilon);
    };
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Adagrad)
