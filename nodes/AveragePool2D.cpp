// y = the mean of each window over height and width, channel by channel, of what is no padding.
// dx = the sum of dy / (entries of the window) over the windows that x is in.
// Source: Goodfellow, Bengio & Courville, Deep Learning, section 9.3.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct AveragePool2D : Windowed {
  AveragePool2D() { side_by_side = true; }

  static void describe(Spec<AveragePool2D>& s) {
    s.doc("The mean of each window over height and width, channels last; padding does not count.");
    describe_window(s);
    s.input("x", "... h w c");
    s.output("y", "... _ _ c");
  }
  void shapes(Shapes& s) const { set_windows(s, {1}); }

  template <class T>
  void forward(const Call& call, Rows<T> x, Out<Rows<T>> y) const {
    const Windows all = windows(call.shape(0));
    all.each_window(0, y.rows(), [&](const Window& w) {
      auto mean = y.row(w.number);
      mean.setZero();
      all.each_place(w, [&](Eigen::Index row) { mean += x.row(row); });
      mean /= T(double(w.inside()));
    });
  }
  template <class T>
  void backward(const Call& call, Unread, Unread, Rows<T> dy, Grad<Rows<T>> dx) const {
    if (!dx.wanted()) return;
    const Windows all = windows(call.shape(0));
    auto& to = dx.entries();
    all.each_window(0, dy.rows(), [&](const Window& w) {
      all.each_place(w, [&](Eigen::Index row) { to.row(row) += dy.row(w.number) / T(double(w.inside())); });
    });
  }
};

}  // namespace
GRAPH_RUNNER_NODE(AveragePool2D)
