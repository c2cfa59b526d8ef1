// y_i = W_k with k = index_i, counted from 0: the row of a table that each index names.
// dW_k = the sum of dy_i over the places i that name k.
// Source: Bengio, Ducharme, Vincent & Jauvin, "A neural probabilistic language model", JMLR 3 (2003).
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Embedding {
  int count = 1, units = 1;

  static void describe(Spec<Embedding>& s) {
    s.doc("A row of W for each index: words, classes or other numbers from 0 become vectors.");
    s.attribute("count", &Embedding::count, "how many there are: indices are 0 to count - 1")
        .required()
        .at_least(1);
    s.attribute("units", &Embedding::units, "size of the output's last axis").required().at_least(1);
    s.input("index", "...").discrete().index_below("count");
    s.parameter("W", "count units", Init::normal(1)).affine();
    s.output("y", "... units");
  }
  template <class T>
  void forward(Flat<T> index, Mat<T> W, Out<Rows<T>> y) const {
    for (Eigen::Index i = 0; i < y.rows(); ++i) y.row(i) = W.row(index_of(index(i), W.rows()));
  }
  template <class T>
  void backward(Flat<T> index, Unread, Unread, Rows<T> dy, Grad<Mat<T>> dW) const {
    if (!dW.wanted()) return;
    auto& to = dW.entries();
    for (Eigen::Index i = 0; i < dy.rows(); ++i) to.row(index_of(index(i), to.rows())) += dy.row(i);
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Embedding)
