// y = what each place of x times its filters adds to a window over y: a convolution's gradient by its input.
// With P the matrix of windows of dy, a row each: dx = P Wᵀ,   dW = xᵀ P,   db = Σ dy.
// Source: Dumoulin & Visin, "A guide to convolution arithmetic for deep learning" (2016), section 4.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct ConvTranspose2D : Windowed {
  int units = 1, groups = 1;

  static void describe(Spec<ConvTranspose2D>& s) {
    s.doc("Transposed convolution over height and width, channels last: larger by the stride.");
    s.attribute("units", &ConvTranspose2D::units, "the channels of y").required().at_least(1);
    describe_window(s);
    s.attribute("groups", &ConvTranspose2D::groups, "of channels, each with filters of its own").at_least(1);
    s.input("x", "... _ _ c");
    s.parameter("W", "c _", Init::fan(nullptr)).affine().doc("a row a channel of x: by height, width, unit");
    s.parameter("b", "units").affine();
    s.output("y", "... _ _ units");
  }
  void shapes(Shapes& s) const {
    const Size c = s.get(0, -1);
    if (groups > 1 && (c.value < 0 || c.value % groups || units % groups))
      throw std::invalid_argument("the channels and the units must be multiples of 'groups'");
    s.set(1, 1, {places_of_a_window() * (units / groups)});
    for (const int axis : {0, 1}) s.set(3, axis - 3, covered(s, axis, s.get(0, axis - 3)));
  }
  Convolution over(const Call& call) const {
    const auto x = call.shape(0);
    return {windows(call.shape(3)), x[x.size() - 1], groups};
  }
  Eigen::Index scratch(const Call& call) const { return over(call).scratch(); }

  template <class T>
  void forward(const Call& call, Rows<T> x, Mat<T> W, Row<T> b, Out<Rows<T>> y) const {
    y = b.replicate(y.rows(), 1);
    over(call).backward(call, x.data(), W.data(), y.data());
  }
  template <class T>
  void backward(const Call& call, Rows<T> x, Mat<T> W, Unread, Unread, Rows<T> dy, Grad<Rows<T>> dx,
                Grad<Mat<T>> dW, Grad<Row<T>> db) const {
    dx.write([&](T* to, bool add) { over(call).forward(call, dy.data(), W.data(), to, add); });
    if (dW.wanted()) over(call).filter_gradient(call, x.data(), dy.data(), dW);
    db += dy.colwise().sum();
  }
};

}  // namespace
GRAPH_RUNNER_NODE(ConvTranspose2D)
