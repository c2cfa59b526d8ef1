// y_i = x_k with k = index_i, counted from 0: the rows of a matrix that indices name, in their order.
// dx_k = the sum of dy_i over the places i that name k.   Embedding is the same of a parameter.
// Source: numpy.take, along the first axis.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Gather {
  static void describe(Spec<Gather>& s) {
    s.doc("The rows of x that indices name: y_i = x_k with k = index_i, from 0.");
    s.input("x", "m n");
    s.input("index", "...").discrete().index_below("m");
    s.output("y", "... n");
  }
  template <class T>
  void forward(Mat<T> x, Flat<T> index, Out<Rows<T>> y) const {
    for (Eigen::Index i = 0; i < y.rows(); ++i) y.row(i) = x.row(index_of(index(i), x.rows()));
  }
  template <class T>
  void backward(Unread, Flat<T> index, Unread, Rows<T> dy, Grad<Mat<T>> dx) const {
    if (!dx.wanted()) return;
    auto& to = dx.entries();
    for (Eigen::Index i = 0; i < dy.rows(); ++i) to.row(index_of(index(i), to.rows())) += dy.row(i);
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Gather)
