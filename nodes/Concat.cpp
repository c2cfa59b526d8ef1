// y = [x₁ x₂ …], joined along the last axis; all other axes are equal.
// dxᵢ = the columns of dy that came from xᵢ.
// Source: Griewank & Walther, Evaluating Derivatives, 2nd ed., chapter 3.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Concat {
  static void describe(Spec<Concat>& s) {
    s.doc("Joins one or more inputs along the last axis: y = [x₁ x₂ …].");
    s.input("x", "... _").many();
    s.output("y", "... _");
  }
  void shapes(Shapes& s) const {
    const std::size_t y = s.count() - 1;
    Size total = s.get(0, -1);
    for (std::size_t i = 1; i < y; ++i) total = s.sum(total, s.get(i, -1));
    s.set(y, -1, total);
  }
  template <class T>
  void forward(Many<Rows<T>> x, Out<Rows<T>> y) const {
    Eigen::Index at = 0;
    for (std::size_t i = 0; i < x.size(); at += x[i].cols(), ++i) y.middleCols(at, x[i].cols()) = x[i];
  }
  template <class T>
  void backward(Unread, Unread, Rows<T> dy, Grad<Many<Rows<T>>> dx) const {
    Eigen::Index at = 0;
    for (std::size_t i = 0; i < dx.size(); at += dx[i].cols(), ++i) dx[i] += dy.middleCols(at, dx[i].cols());
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Concat)
