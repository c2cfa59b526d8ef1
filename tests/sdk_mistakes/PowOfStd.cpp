// error: without std::
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct PowOfStd : Elementwise<PowOfStd> {
  static void describe(Spec<PowOfStd>& s) {
    s.input("x", "...");
    s.output("y", "...");
  }
  template <class T>
  T operator()(T x) const {
    return std::pow(x, 3);
  }
};

}  // namespace
GRAPH_RUNNER_NODE(PowOfStd)
