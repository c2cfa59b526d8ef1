// c = min(a, b), the smaller of both, elementwise.
// da = dc where a < b, db = dc where a > b; where both are equal, half of dc each: the mean of both sides.
// What is no number stays so.
// Source: Griewank & Walther, Evaluating Derivatives, 2nd ed., chapter 14.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Min : Elementwise<Min, 2> {
  static void describe(Spec<Min>& s) {
    s.doc("The smaller of two, elementwise: c = min(a, b).");
    s.input("a", "...").broadcast();
    s.input("b", "...").broadcast();
    s.output("c", "...");
  }
  template <class T>
  T operator()(T a, T b) const {
    return min(a, b);
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Min)
