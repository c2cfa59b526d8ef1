// y_i = x_1 + … + x_i.   dx_i = dy_i + … + dy_n.
// Source: Griewank & Walther, Evaluating Derivatives, 2nd ed., chapter 3.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Cumsum {
  static void describe(Spec<Cumsum>& s) {
    s.doc("Sums of a vector's first entries: y_i = x_1 + … + x_i.");
    s.input("x", "n");
    s.output("y", "n");
  }
  template <class T>
  void forward(Flat<T> x, Out<Flat<T>> y) const {
    T sum(0);
    for (Eigen::Index i = 0; i < x.size(); ++i) y(i) = sum = sum + x(i);
  }
  template <class T>
  void backward(Unread, Unread, Flat<T> dy, Grad<Flat<T>> dx) const {
    if (!dx.wanted()) return;
    auto& to = dx.entries();
    T sum(0);
    for (Eigen::Index i = to.size(); i-- > 0;) to(i) += sum = sum + dy(i);
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Cumsum)
