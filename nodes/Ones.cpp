// y = 1 everywhere. It depends on nothing, so it has no gradient.
// Source: Petersen & Pedersen, The Matrix Cookbook (2012), notation.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Ones {
  std::vector<Size> shape;

  static void describe(Spec<Ones>& s) {
    s.doc("1 everywhere.");
    s.attribute("shape", &Ones::shape, "the sizes of its axes").required().length(1, GR_MAX_RANK);
    s.output("y", "*");
  }
  void shapes(Shapes& s) const {
    for (const Size size : shape) s.append(0, size);
  }
  template <class T>
  void forward(Out<Flat<T>> y) const {
    y = Flat<T>::Plain::Constant(y.size(), T(1));
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Ones)
