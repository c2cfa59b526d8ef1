// loss = -t log(p) - (1 - t) log(1 - p), elementwise, with t = target (1 - smoothing) + smoothing / 2.
// Its derivatives by both inputs are derived from the formula.
// Source: Goodfellow, Bengio & Courville, Deep Learning, sections 6.2.2.2 and 7.5.1.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct LogLoss : Elementwise<LogLoss, 2> {
  double smoothing = 0;

  static void describe(Spec<LogLoss>& s) {
    s.doc("Cross-entropy of a probability with a target between 0 and 1, elementwise.");
    s.attribute("smoothing", &LogLoss::smoothing, "how far targets are drawn to 1/2").at_least(0).below(1);
    s.input("probability", "...").domain(GR_RANGE, 0, 1);
    s.input("target", "...").domain(GR_RANGE, 0, 1);
    s.output("loss", "...");
  }
  template <class T>
  T operator()(T p, T target) const {
    const T t = (1 - smoothing) * target + smoothing / 2;
    return -t * log(p) - (1 - t) * log1p(-p);
  }
};

}  // namespace
GRAPH_RUNNER_NODE(LogLoss)
