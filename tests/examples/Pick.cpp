// y_i = w_k x_ik with k = index_i: one entry of each row, weighted by w_k where there are weights.
// dx_ik = w_k dy_i, all others 0;   dw_k = the sum of x_ik dy_i over the rows that pick k.
// Source: Goodfellow, Bengio & Courville, Deep Learning, section 5.5: for x = -log p, the loss of labels.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Pick {
  static void describe(Spec<Pick>& s) {
    s.doc("One entry of each row, at the place that an index names: y_i = weights_k x_ik with k = index_i.");
    s.input("x", "... n");
    s.input("index", "...").discrete().index_below("n");
    s.input("weights", "n").optional().domain(GR_NONNEGATIVE).doc("one a column; 1 where left out");
    s.output("y", "...");
  }
  template <class T>
  void forward(Rows<T> x, Flat<T> index, Row<T> w, Out<Flat<T>> y) const {
    for (Eigen::Index i = 0; i < x.rows(); ++i) {
      const Eigen::Index k = index_of(index(i), x.cols());
      y(i) = w.present() ? w(k) * x(i, k) : x(i, k);
    }
  }
  template <class T>
  void backward(Rows<T> x, Flat<T> index, Row<T> w, Unread, Flat<T> dy, Grad<Rows<T>> dx,
                Grad<Row<T>> dw) const {
    for (Eigen::Index i = 0; i < x.rows(); ++i) {
      const Eigen::Index k = index_of(index(i), x.cols());
      if (dx.wanted()) dx.entries()(i, k) += w.present() ? w(k) * dy(i) : dy(i);
      if (dw.wanted()) dw.entries()(k) += x(i, k) * dy(i);
    }
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Pick)
