// error: not static
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct AttributeStatic {
  static inline double beta = 1;
  static void describe(Spec<AttributeStatic>& s) {
    s.attribute("beta", &AttributeStatic::beta, "how sharp");
    s.input("x", "...");
    s.output("y", "...");
  }
  template <class T>
  void forward(Flat<T> x, Out<Flat<T>> y) const {
    y = x.square();
  }
};

}  // namespace
GRAPH_RUNNER_NODE(AttributeStatic)
