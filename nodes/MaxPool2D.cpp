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

  // place: the row of x that holds the entry, counted from the corner of its window.
  template <class T>
  void forward(const Call& call, Rows<T> x, Out<Rows<T>> y, Out<Rows<T>> place) const {
    const Windows all = windows(call.shape(0));
    const Eigen::Index channels = x.cols();
    all.each_window(0, y.rows(), [&](const Window& w) {
      T *best = y.row(w.number).data(), *at = place.row(w.number).data();
      const Eigen::Index first = w.corner + all.offset(w.top, w.left);
      std::copy_n(x.row(first).data(), channels, best);
      std::fill_n(at, channels, T(double(first - w.corner)));
      all.each_place(w, [&](Eigen::Index row) {
        const T *entry = x.row(row).data(), here = T(double(row - w.corner));
        for (Eigen::Index c = 0; c < channels; ++c) {
          const bool larger = entry[c] > best[c] || entry[c] != entry[c];
          best[c] = larger ? entry[c] : best[c];
          at[c] = larger ? here : at[c];
        }
      });
    });
  }
  template <class T>
  void backward(const Call& call, Unread, Unread, Rows<T> place, Rows<T> dy, Grad<Rows<T>> dx) const {
    if (!dx.wanted()) return;
    const Windows all = windows(call.shape(0));
    auto& to = dx.entries();
    all.each_window(0, dy.rows(), [&](const Window& w) {
      all.each_place(w, [&](Eigen::Index row) {
        const auto here = place.row(w.number).array() == T(double(row - w.corner));
        to.row(row).array() += here.select(dy.row(w.number).array(), T(0));
      });
    });
  }
};

}  // namespace
GRAPH_RUNNER_NODE(MaxPool2D)
