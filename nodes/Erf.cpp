// y = erf(x) = 2/√π ∫₀ˣ exp(-t²) dt, elementwise.   dx = 2/√π exp(-x²) dy, derived from the formula.
// Source: Abramowitz & Stegun, Handbook of Mathematical Functions, chapter 7.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Erf : Elementwise<Erf> {
  static void describe(Spec<Erf>& s) {
    s.doc("Error function, elementwise: y = 2/√π ∫₀ˣ exp(-t²) dt.");
    s.input("x", "...");
    s.output("y", "...");
  }
  template <class T>
  T operator()(T x) const {
    return erf(x);
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Erf)
