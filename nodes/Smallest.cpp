// y = the smallest of all entries, min(x) of formulas.   dx = dy at its place; of k entries that are equally
// small, dy / k each: the mean of all sides. What is no number stays so.
// Source: Griewank & Walther, Evaluating Derivatives, 2nd ed., chapter 14.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Smallest {
  static void describe(Spec<Smallest>& s) {
    s.doc("The smallest of all entries: y = min x.");
    s.input("x", "...");
    s.output("y", "");
  }
  template <class T>
  void forward(Flat<T> x, Out<Scalar<T>> y) const {
    T found = x(0), apart(0);
    for (Eigen::Index i = 1; i < x.size(); ++i)
      if (x(i) < found) found = x(i);
    int ties = 0;
    for (Eigen::Index i = 0; i < x.size(); ++i)
      if (!(x(i) > found)) apart += x(i) - found, ++ties;  // 0, with a tangent
    y = ties == 1 ? found : found + apart / T(double(ties));
  }
  template <class T>
  void backward(Flat<T> x, Scalar<T> y, Scalar<T> dy, Grad<Flat<T>> dx) const {
    double ties = 0;
    for (Eigen::Index i = 0; i < x.size(); ++i) ties += !(x(i) > T(y));
    dx += (x > T(y)).select(T(0), T(dy) / T(ties) + T(0) * x);
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Smallest)
