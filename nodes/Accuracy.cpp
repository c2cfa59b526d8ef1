// hits = 1 where the largest entry of scores and of target stand at the same place of the last axis, else 0;
// the first of equals counts. Piecewise constant: it has no gradient. Its mean over samples is the accuracy.
// Source: homework 7, exercise 4.8.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Accuracy {
  static void describe(Spec<Accuracy>& s) {
    s.doc("Whether scores and target are largest at the same place of the last axis: hits = 1 or 0.");
    s.input("scores", "... n");
    s.input("target", "... n");
    s.output("hits", "...").discrete();
  }
  template <class T>
  void forward(Rows<T> scores, Rows<T> target, Out<Flat<T>> hits) const {
    for (Eigen::Index i = 0; i < scores.rows(); ++i)
      hits(i) = largest(scores, i) == largest(target, i) ? T(1) : T(0);
  }

 private:
  template <class T>
  static Eigen::Index largest(const Rows<T>& x, Eigen::Index row) {
    Eigen::Index best = 0;
    for (Eigen::Index j = 1; j < x.cols(); ++j)
      if (x(row, j) > x(row, best)) best = j;
    return best;
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Accuracy)
