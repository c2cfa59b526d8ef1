// v ← α v + (1 - α) g²,   p ← p - rate g / (√v + ε).
// Source: Tieleman & Hinton, "Neural networks for machine learning", lecture 6.5, Coursera 2012; in the form
// of PyTorch's torch.optim.RMSprop.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct RMSProp : Update<RMSProp, 1> {
  double alpha = 0.99, epsilon = 1e-8;

  static void describe(Spec<RMSProp>& s) {
    s.doc("RMSProp: steps along the gradient, divided by the root of its mean square.");
    s.attribute("alpha", &RMSProp::alpha, "the share of the mean square that is kept").at_least(0).below(1);
    s.attribute("epsilon", &RMSProp::epsilon, "is added to the root").above(0);
    s.input("parameter", "...");
    s.input("gradient", "...");
    s.input("rate", "").domain(GR_NONNEGATIVE);
    s.input("step", "").domain(GR_POSITIVE);
    s.input("v", "...").domain(GR_NONNEGATIVE);
    s.output("next_parameter", "...");
    s.output("next_v", "...");
  }
  auto rule(double rate, double) const {
    return [=, *this](auto& p, auto g, auto& v) {
      v = alpha * v + (1 - alpha) * (g * g);
      p = p - rate * g / (sqrt(v) + epsilon);
    };
  }
};

}  // namespace
GRAPH_RUNNER_NODE(RMSProp)
