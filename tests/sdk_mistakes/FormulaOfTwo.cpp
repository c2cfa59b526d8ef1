// error: as many arguments as it has inputs
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct FormulaOfTwo : Elementwise<FormulaOfTwo> {
  static void describe(Spec<FormulaOfTwo>& s) {
    s.input("x", "...");
    s.input("z", "...");
    s.output("y", "...");
  }
  template <class T>
  T operator()(T x, T z) const {
    return x * z;
  }
};

}  // namespace
GRAPH_RUNNER_NODE(FormulaOfTwo)
