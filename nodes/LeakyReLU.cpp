// y = x where x > 0, else slope x, elementwise. dx = dy where x > 0, else slope dy.
// Source: Maas, Hannun & Ng, "Rectifier nonlinearities improve neural network acoustic models" (2013).
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct LeakyReLU : Elementwise<LeakyReLU> {
  double slope = 0.01;

  static void describe(Spec<LeakyReLU>& s) {
    s.doc("Leaky rectifier, elementwise: y = x where x > 0, else slope x.");
    s.attribute("slope", &LeakyReLU::slope, "the slope below 0");
    s.input("x", "...");
    s.output("y", "...");
  }
  template <class T>
  T operator()(T x) const {
    return select(x > 0, x, slope * x);
  }
};

}  // namespace
GRAPH_RUNNER_NODE(LeakyReLU)
