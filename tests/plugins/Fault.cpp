// The identity, until it is told to fail: in forward or backward, by a std::exception, by another type, or by
// writing what is not finite.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Fault {
  std::string when = "never";

  static void describe(Spec<Fault>& s) {
    s.doc("The identity, until it fails.");
    s.attribute("when", &Fault::when, "where and how it fails")
        .choices({"never", "forward", "backward", "oddly", "nan"});
    s.input("x", "...");
    s.output("y", "...");
  }
  template <class T>
  void forward(Flat<T> x, Out<Flat<T>> y) const {
    if (when == "forward") throw std::runtime_error("told to fail in forward");
    if (when == "oddly") throw 42;
    y = x;
    if (when == "nan") y(y.size() - 1) = T(NAN);
  }
  template <class T>
  void backward(Unread, Unread, Flat<T> dy, Grad<Flat<T>> dx) const {
    if (when == "backward") throw std::runtime_error("told to fail in backward");
    dx += dy;
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Fault)
