// Y_ij = b_j: a vector as every row of a matrix, in the shape of `like`; so X + b' adds it to all rows of X.
// db = the sum of the rows of dY.
// Source: Petersen & Pedersen, The Matrix Cookbook (2012), section 2 (Y = 1 bᵀ).
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct SpreadRow {
  static void describe(Spec<SpreadRow>& s) {
    s.doc("A vector in every row of a matrix: Y_ij = b_j, in the shape of `like`.");
    s.input("b", "n");
    s.input("like", "m n").discrete().doc("only its shape matters");
    s.output("Y", "m n");
  }
  template <class T>
  void forward(Row<T> b, Mat<T>, Out<Mat<T>> Y) const {
    for (Eigen::Index i = 0; i < Y.rows(); ++i) Y.row(i) = b;
  }
  template <class T>
  void backward(Unread, Unread, Unread, Mat<T> dY, Grad<Row<T>> db) const {
    db += dY.colwise().sum();
  }
};

}  // namespace
GRAPH_RUNNER_NODE(SpreadRow)
