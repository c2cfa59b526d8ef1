// Swish as one line: what tests/plugins/Swish.cpp writes by hand is derived here, and must be the same.
// Source: Ramachandran, Zoph & Le, "Searching for activation functions" (2017).
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct DerivedSwish : Elementwise<DerivedSwish> {
  double beta = 1;

  static void describe(Spec<DerivedSwish>& s) {
    s.doc("Swish, elementwise: y = x / (1 + exp(-βx)).");
    s.attribute("beta", &DerivedSwish::beta, "how sharp the bend is").above(0);
    s.input("x", "...");
    s.output("y", "...");
  }
  template <class T>
  T operator()(T x) const {
    return x / (1 + exp(-beta * x));
  }
};

}  // namespace
GRAPH_RUNNER_NODE(DerivedSwish)
