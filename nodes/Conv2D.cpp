// y = x ∗ W + b: at each place of a window over height and width, the products of its entries with each
// filter, added up. With P the matrix of windows, a row each: y = P Wᵀ + b,   dP = dy W, which is added up
// where windows overlap,   dW = dyᵀ P,   db = Σ dy.
// Source: Goodfellow, Bengio & Courville, Deep Learning, section 9.5; Dumoulin & Visin (2016), section 2.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Conv2D : Windowed {
  int units = 1, groups = 1;

  static void describe(Spec<Conv2D>& s) {
    s.doc("Convolution over height and width, channels last: y = x ∗ W + b.");
    s.attribute("units", &Conv2D::units, "the filters, which are the channels of y").required().at_least(1);
    describe_window(s);
    s.attribute("groups", &Conv2D::groups, "of channels, each with filters of its own").at_least(1);
    s.input("x", "... h w c");
    s.parameter("W", "units _", Init::fan(nullptr)).affine().doc("a row a filter: by height, width, channel");
    s.parameter("b", "units").affine();
    s.output("y", "... _ _ units");
  }
  void shapes(Shapes& s) const {
    const Size channels = s.get(0, -1);
    if (groups > 1 && (channels.value < 0 || channels.value % groups || units % groups))
      throw std::invalid_argument("the channels and the units must be multiples of 'groups'");
    const Size of_a_group = groups > 1 ? Size{channels.value / groups} : channels;
    s.set(1, 1, s.product({places_of_a_window()}, of_a_group));
    set_windows(s, {3});
  }
  Convolution in(const Call& call) const { return {windows(call.shape(0)), units, groups}; }
  Eigen::Index scratch(const Call& call) const { return in(call).scratch(); }

  template <class T>
  void forward(const Call& call, Rows<T> x, Mat<T> W, Row<T> b, Out<Rows<T>> y) const {
    in(call).forward(call, x.data(), W.data(), y.data());
    y.rowwise() += b;
  }
  template <class T>
  void backward(const Call& call, Rows<T> x, Mat<T> W, Unread, Unread, Rows<T> dy, Grad<Rows<T>> dx,
                Grad<Mat<T>> dW, Grad<Row<T>> db) const {
    if (dx.wanted()) in(call).backward(call, dy.data(), W.data(), dx.entries().data());
    if (dW.wanted()) in(call).filter_gradient(call, dy.data(), x.data(), dW);
    db += dy.colwise().sum();
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Conv2D)
