// error: an attribute is an integer
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct AttributeOfEnum {
  enum class Kind { sum, mean };
  Kind kind = Kind::sum;
  static void describe(Spec<AttributeOfEnum>& s) {
    s.attribute("kind", &AttributeOfEnum::kind, "what is computed");
    s.input("x", "...");
    s.output("y", "...");
  }
  template <class T>
  void forward(Flat<T> x, Out<Flat<T>> y) const {
    y = x.square();
  }
};

}  // namespace
GRAPH_RUNNER_NODE(AttributeOfEnum)
