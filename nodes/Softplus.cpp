// y = log(1 + exp(x)), elementwise.   dx = dy / (1 + exp(-x)), derived from the formula.
// Written max(x, 0) + log1p(exp(-|x|)), which cannot overflow; without abs, whose derivative at 0 is another.
// Source: Dugas et al., "Incorporating second-order functional knowledge", NIPS 13 (2000).
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Softplus : Elementwise<Softplus> {
  static void describe(Spec<Softplus>& s) {
    s.doc("Smooth rectifier, elementwise: y = log(1 + exp(x)).");
    s.input("x", "...");
    s.output("y", "...");
  }
  template <class T>
  T operator()(T x) const {
    return select(x > 0, x, 0) + log1p(exp(select(x > 0, -x, x)));
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Softplus)
