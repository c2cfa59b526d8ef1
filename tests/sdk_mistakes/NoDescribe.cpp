// error: describe is missing
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct NoDescribe {
  template <class T>
  void forward(Flat<T> x, Out<Flat<T>> y) const {
    y = x.square();
  }
};

}  // namespace
GRAPH_RUNNER_NODE(NoDescribe)
