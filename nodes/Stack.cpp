// y = [x₁; x₂; …], along a new first axis: numbers become a vector, vectors the rows of a matrix.
// dxᵢ = the part of dy that came from xᵢ.
// Source: Griewank & Walther, Evaluating Derivatives, 2nd ed., chapter 3.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Stack {
  static void describe(Spec<Stack>& s) {
    s.doc("Joins inputs of one shape along a new first axis: numbers to a vector, vectors to a matrix.");
    s.input("x", "...").many();
    s.output("y", "*");
  }
  void shapes(Shapes& s) const {
    const std::size_t y = s.count() - 1;
    s.append(y, {static_cast<std::int64_t>(y)});
    for (std::int64_t i = 0; i < s.rank(0); ++i) s.append(y, s.get(0, i));
  }
  template <class T>
  void forward(Many<Flat<T>> x, Out<Flat<T>> y) const {
    const Eigen::Index n = x[0].size();
    for (std::size_t i = 0; i < x.size(); ++i) y.segment(static_cast<Eigen::Index>(i) * n, n) = x[i];
  }
  template <class T>
  void backward(Unread, Unread, Flat<T> dy, Grad<Many<Flat<T>>> dx) const {
    const Eigen::Index n = dy.size() / static_cast<Eigen::Index>(dx.size());
    for (std::size_t i = 0; i < dx.size(); ++i) dx[i] += dy.segment(static_cast<Eigen::Index>(i) * n, n);
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Stack)
