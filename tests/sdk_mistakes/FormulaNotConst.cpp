// error: T operator()(T x
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct FormulaNotConst : Elementwise<FormulaNotConst> {
  static void describe(Spec<FormulaNotConst>& s) {
    s.input("x", "...");
    s.output("y", "...");
  }
  template <class T>
  T operator()(T x) {
    return x * x;
  }
};

}  // namespace
GRAPH_RUNNER_NODE(FormulaNotConst)
