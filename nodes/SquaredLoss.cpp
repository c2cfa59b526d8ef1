// loss = ‖prediction - target‖² along the last axis, one value a row.
// dprediction = 2 (prediction - target) dloss,   dtarget = -dprediction.
// Source: homework 7, section 4 and exercise 4.1.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct SquaredLoss {
  static void describe(Spec<SquaredLoss>& s) {
    s.doc("Squared Euclidean distance along the last axis: loss = ‖prediction - target‖².");
    s.input("prediction", "... n");
    s.input("target", "... n");
    s.output("loss", "...");
  }
  template <class T>
  void forward(Rows<T> p, Rows<T> t, Out<Flat<T>> loss) const {
    for (Eigen::Index i = 0; i < p.rows(); ++i) loss(i) = sum_of((p.row(i) - t.row(i)).array().square());
  }
  template <class T>
  void backward(Rows<T> p, Rows<T> t, Unread, Flat<T> dloss, Grad<Rows<T>> dp, Grad<Rows<T>> dt) const {
    dp.each_row([&](Eigen::Index i) { return (p.row(i) - t.row(i)) * (T(2) * dloss(i)); });
    dt.each_row([&](Eigen::Index i) { return (t.row(i) - p.row(i)) * (T(2) * dloss(i)); });
  }
};

}  // namespace
GRAPH_RUNNER_NODE(SquaredLoss)
