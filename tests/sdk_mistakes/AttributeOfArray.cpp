// error: an attribute is an integer
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct AttributeOfArray {
  std::array<double, 3> weights{};
  static void describe(Spec<AttributeOfArray>& s) {
    s.attribute("weights", &AttributeOfArray::weights, "of the parts");
    s.input("x", "...");
    s.output("y", "...");
  }
  template <class T>
  void forward(Flat<T> x, Out<Flat<T>> y) const {
    y = x.square();
  }
};

}  // namespace
GRAPH_RUNNER_NODE(AttributeOfArray)
