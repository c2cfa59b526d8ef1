// y is x with its last axis `times` as long: y_j = x_(j / times), each entry repeated, or y_j = x_(j mod n).
// dx_i = the sum of dy over the copies of x_i.
// Source: numpy.repeat and numpy.tile.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Repeat {
  int times = 2;
  std::string what = "each";

  static void describe(Spec<Repeat>& s) {
    s.doc("Repeats each entry of the last axis, or the whole axis.");
    s.attribute("times", &Repeat::times, "how often").at_least(1);
    s.attribute("what", &Repeat::what, "what is repeated: each entry, or the whole axis")
        .choices({"each", "whole"});
    s.input("x", "... n");
    s.output("y", "... _");
  }
  void shapes(Shapes& s) const { s.set(1, -1, s.product(s.get(0, -1), Size{times})); }

  template <class T>
  void forward(Rows<T> x, Out<Rows<T>> y) const {
    for (Eigen::Index j = 0; j < y.cols(); ++j) y.col(j) = x.col(original(j, x.cols()));
  }
  template <class T>
  void backward(Unread, Unread, Rows<T> dy, Grad<Rows<T>> dx) const {
    if (!dx.wanted()) return;
    auto& sum = dx.entries();
    for (Eigen::Index j = 0; j < dy.cols(); ++j) sum.col(original(j, sum.cols())) += dy.col(j);
  }

 private:
  Eigen::Index original(Eigen::Index j, Eigen::Index n) const { return what == "each" ? j / times : j % n; }
};

}  // namespace
GRAPH_RUNNER_NODE(Repeat)
