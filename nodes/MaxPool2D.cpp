// y = the largest entry of each window over height and width, channel by channel; padding is passed over.
// dx = dy at its place: at the first of several that are equally large. What is no number stays so.
// Source: Goodfellow, Bengio & Courville, Deep Learning, section 9.3.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct MaxPool2D : Windowed {
  MaxPool2D() { side_by_side = true; }

  static void describe(Spec<MaxPool2D>& s) {
    s.doc("The largest entry of each window over height and width, channels last.");
    describe_window(s);
    s.input("x", "... h w c");
    s.output("y", "... _ _ c");
    s.saved("place", "... _ _ c").discrete();
  }
  void shapes(Shapes& s) const { set_windows(s, {1, 2}); }

  template <class T>
  void forward(const Call& call, Rows<T> x, Out<Rows<T>> y, Out<Rows<T>> place) const {
    const Windows all = windows(call.shape(0));
    const Eigen::Index channels = x.cols();
    for (Eigen::Index w = 0; w < y.rows(); ++w) {
      T *best = y.row(w).data(), *at = place.row(w).data();
      std::fill_n(best, channels, T(-std::numeric_limits<double>::infinity()));
      std::fill_n(at, channels, T(-1));
      all.each_place(w, [&](Eigen::Index p, Eigen::Index row) {
        const T* entry = x.row(row).data();
        for (Eigen::Index c = 0; c < channels; ++c) {
          const bool larger = entry[c] > best[c] || entry[c] != entry[c] || at[c] < T(0);
          best[c] = larger ? entry[c] : best[c];
          at[c] = larger ? T(double(p)) : at[c];
        }
      });
    }
  }
  template <class T>
  void backward(const Call& call, Unread, Unread, Rows<T> place, Rows<T> dy, Grad<Rows<T>> dx) const {
    if (!dx.wanted()) return;
    const Windows all = windows(call.shape(0));
    auto& to = dx.entries();
    for (Eigen::Index w = 0; w < dy.rows(); ++w)
      all.each_place(w, [&](Eigen::Index p, Eigen::Index row) {
        to.row(row).array() += (place.row(w).array() == T(double(p))).select(dy.row(w).array(), T(0));
      });
  }
};

}  // namespace
GRAPH_RUNNER_NODE(MaxPool2D)
