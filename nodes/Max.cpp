// c = max(a, b), the larger of both, elementwise.
// da = dc where a > b, db = dc where a < b; where both are equal, half of dc each: the mean of both sides.
// What is no number stays so.
// Source: Griewank & Walther, Evaluating Derivatives, 2nd ed., chapter 14.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Max : Elementwise<Max, 2> {
  static void describe(Spec<Max>& s) {
    s.doc("The larger of two, elementwise: c = max(a, b).");
    s.input("a", "...").broadcast();
    s.input("b", "...").broadcast();
    s.output("c", "...");
  }
  template <class T>
  T operator()(T a, T b) const {
    return max(a, b);
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Max)
