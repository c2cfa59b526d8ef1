// I, the n × n identity matrix. It depends on nothing, so it has no gradient.
// Source: Petersen & Pedersen, The Matrix Cookbook (2012), notation.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Eye {
  Size n;

  static void describe(Spec<Eye>& s) {
    s.doc("The identity matrix.");
    s.attribute("n", &Eye::n, "its number of rows and of columns").required().at_least(1);
    s.output("I", "n n");
  }
  template <class T>
  void forward(Out<Mat<T>> I) const {
    I = MatrixOf<T>::Identity(I.rows(), I.cols());
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Eye)
