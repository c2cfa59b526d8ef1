// value_i = x_ik with k = place_i, the place of the largest (or smallest) entry of row i, the first of them.
// dx_ik = dvalue_i, all others 0. The place is piecewise constant: it has no gradient.
// Source: Goodfellow, Bengio & Courville, Deep Learning, section 9.3 (max pooling).
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Extreme {
  bool smallest = false;

  static void describe(Spec<Extreme>& s) {
    s.doc("The largest entry of each row, or the smallest, and its place, counted from 0.");
    s.attribute("smallest", &Extreme::smallest, "whether the smallest is sought");
    s.input("x", "... n");
    s.output("value", "...");
    s.output("place", "...").discrete();
  }
  template <class T>
  void forward(Rows<T> x, Out<Flat<T>> value, Out<Flat<T>> place) const {
    for (Eigen::Index i = 0; i < x.rows(); ++i) {
      Eigen::Index k = 0;
      for (Eigen::Index j = 1; j < x.cols(); ++j)
        if (smallest ? x(i, j) < x(i, k) : x(i, j) > x(i, k)) k = j;
      value(i) = x(i, k);
      place(i) = T(k);
    }
  }
  template <class T>
  void backward(Unread, Unread, Flat<T> place, Flat<T> dvalue, Grad<Rows<T>> dx) const {
    if (!dx.wanted()) return;
    auto& sum = dx.entries();
    for (Eigen::Index i = 0; i < sum.rows(); ++i) sum(i, index_of(place(i), sum.cols())) += dvalue(i);
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Extreme)
