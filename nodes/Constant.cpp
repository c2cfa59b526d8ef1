// y = a constant number. It depends on nothing, so it has no gradient.
// Source: Griewank & Walther, Evaluating Derivatives, 2nd ed., chapter 2.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Constant {
  double value = 0;

  static void describe(Spec<Constant>& s) {
    s.doc("A constant number.");
    s.attribute("value", &Constant::value, "the number").required();
    s.output("y", "");
  }
  template <class T>
  void forward(Out<Scalar<T>> y) const {
    y = T(value);
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Constant)
