// error: without std::
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct ExpOfStd : Elementwise<ExpOfStd> {
  static void describe(Spec<ExpOfStd>& s) {
    s.input("x", "...");
    s.output("y", "...");
  }
  template <class T>
  T operator()(T x) const {
    return x / (1 + std::exp(-x));
  }
};

}  // namespace
GRAPH_RUNNER_NODE(ExpOfStd)
