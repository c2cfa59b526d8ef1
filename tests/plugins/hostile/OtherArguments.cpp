/* Expected: table: the first one missing is the gradient of port 'z' */
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct OtherArguments {
  static void describe(Spec<OtherArguments>& s) {
    s.doc("The sum: y = x + z.");
    s.input("x", "...");
    s.input("z", "...");
    s.output("y", "...");
  }
  template <class T>
  void forward(Flat<T> x, Flat<T> z, Out<Flat<T>> y) const {
    y = x + z;
  }
  template <class T>
  void backward(Unread, Unread, Unread, Flat<T>, Grad<Flat<T>>) const {}
};

}  // namespace
GRAPH_RUNNER_NODE(OtherArguments)
