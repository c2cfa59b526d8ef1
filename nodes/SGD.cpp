// d = g + weight_decay p,   velocity ← momentum velocity + d,   p ← p - rate velocity,
// or, with nesterov, p ← p - rate (d + momentum velocity). Without all three, p ← p - rate g.
// Source: Sutskever, Martens, Dahl & Hinton, "On the importance of initialization and momentum", ICML 2013;
// in the form of PyTorch's torch.optim.SGD.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct SGD : Update<SGD, 1> {
  double momentum = 0, weight_decay = 0;
  bool nesterov = false;

  static void describe(Spec<SGD>& s) {
    s.doc("Stochastic gradient descent: p ← p - rate v, with v ← momentum v + g + weight_decay p.");
    s.attribute("momentum", &SGD::momentum, "the share of the velocity that is kept").at_least(0).below(1);
    s.attribute("weight_decay", &SGD::weight_decay, "times the parameter is added to the gradient")
        .at_least(0);
    s.attribute("nesterov", &SGD::nesterov, "whether a step looks ahead along the velocity");
    s.input("parameter", "...");
    s.input("gradient", "...");
    s.input("rate", "").domain(GR_NONNEGATIVE);
    s.input("step", "").domain(GR_POSITIVE);
    s.input("velocity", "...");
    s.output("next_parameter", "...");
    s.output("next_velocity", "...");
  }
  auto rule(double rate, double) const {
    return [=, *this](auto& p, auto g, auto& velocity) {
      const auto d = g + weight_decay * p;
      velocity = momentum * velocity + d;
      p = p - rate * (nesterov ? d + momentum * velocity : velocity);
    };
  }
};

}  // namespace
GRAPH_RUNNER_NODE(SGD)
