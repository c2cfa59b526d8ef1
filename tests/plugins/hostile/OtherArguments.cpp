/* Expected: table: backward: argument 4, the gradient of port 'x', should be Grad<…> */
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct OtherArguments {
  static void describe(Spec<OtherArguments>& s) {
    s.doc("The identity: y = x.");
    s.input("x", "...");
    s.output("y", "...");
  }
  template <class T>
  void forward(Flat<T> x, Out<Flat<T>> y) const {
    y = x;
  }
  template <class T>
  void backward(Unread, Unread, Flat<T>, Flat<T>) const {}
};

}  // namespace
GRAPH_RUNNER_NODE(OtherArguments)
