// Node types with bends, ties and small entries, right and wrong: what a check that stays near 0, or sums up,
// takes for right. One shared object holds them all; a copy called NAME.so is the type NAME.
#include <dlfcn.h>

#include <cstring>

#include <graph_runner/node.hpp>
#include <string>

using namespace graph_runner;
namespace {

// y = f(x) elementwise, with dx = g(x) dy, whether that is right or not.
template <class F>
struct Bent {
  double low = -1, width = 2;
  static void describe(Spec<Bent>& s) {
    s.attribute("low", &Bent::low, "");
    s.attribute("width", &Bent::width, "").above(0);
    s.input("x", "...");
    s.output("y", "...");
  }
  template <class T>
  void forward(Flat<T> x, Out<Flat<T>> y) const {
    for (Eigen::Index i = 0; i < x.size(); ++i) y(i) = F::value(*this, T(x(i)));
  }
  template <class T>
  void backward(Flat<T> x, Unread, Flat<T> dy, Grad<Flat<T>> dx) const {
    dx += x.unaryExpr([this](const T& a) { return F::slope(*this, a); }) * dy;
  }
};

struct Clamp {
  template <class T>
  static T value(const Bent<Clamp>& n, const T& x) {
    return x < T(n.low) ? T(n.low) : x > T(n.low + n.width) ? T(n.low + n.width) : x;
  }
  template <class T>
  static T slope(const Bent<Clamp>& n, const T& x) {
    return T(x >= T(n.low) && x <= T(n.low + n.width));
  }
};
struct ClampForgetsUpper : Clamp {
  template <class T>
  static T value(const Bent<ClampForgetsUpper>& n, const T& x) {
    return x < T(n.low) ? T(n.low) : x > T(n.low + n.width) ? T(n.low + n.width) : x;
  }
  template <class T>
  static T slope(const Bent<ClampForgetsUpper>& n, const T& x) {
    return T(x >= T(n.low));
  }
};
// x up to Percent/100, and twice as steep beyond, which the wrong one forgets.
template <int Percent, bool Right>
struct Steeper {
  static constexpr double bend = Percent / 100.0;
  template <class N, class T>
  static T value(const N&, const T& x) {
    return x > T(bend) ? T(2) * x - T(bend) : x;
  }
  template <class N, class T>
  static T slope(const N&, const T& x) {
    return T(Right && x > T(bend) ? 2 : 1);
  }
};
// Three times as steep between 40 and 40.5 alone, which the wrong one forgets.
template <bool Right>
struct Notch {
  template <class N, class T>
  static T value(const N&, const T& x) {
    return x < T(40) ? x : x < T(40.5) ? T(3) * x - T(80) : x + T(1);
  }
  template <class N, class T>
  static T slope(const N&, const T& x) {
    return T(Right && x >= T(40) && x < T(40.5) ? 3 : 1);
  }
};
// A value that jumps at 20; beyond, the wrong one has another slope.
template <bool Right>
struct Jump {
  template <class N, class T>
  static T value(const N&, const T& x) {
    return T(3) * x + T(x > T(20) ? 5 : 0);
  }
  template <class N, class T>
  static T slope(const N&, const T& x) {
    return T(!Right && x > T(20) ? 1 : 3);
  }
};
// Smooth, but half as steep beyond ±5 in the wrong backward.
template <bool Right>
struct Square {
  template <class N, class T>
  static T value(const N&, const T& x) {
    return x * x;
  }
  template <class N, class T>
  static T slope(const N&, const T& x) {
    return T(!Right && (x > T(5) || x < T(-5)) ? 1 : 2) * x;
  }
};
// Huber's: quadratic within ±width, which the wrong one takes it to be everywhere.
template <bool Right>
struct Huber {
  template <class N, class T>
  static T value(const N& n, const T& x) {
    const T w(n.width), half(0.5);
    return x > w ? w * (x - half * w) : x < -w ? -w * (x + half * w) : half * x * x;
  }
  template <class N, class T>
  static T slope(const N& n, const T& x) {
    const T w(n.width);
    return !Right ? x : x > w ? w : x < -w ? -w : x;
  }
};

// c = a · min(b, 40), which the wrong one forgets.
template <bool Right>
struct Capped {
  static void describe(Spec<Capped>& s) {
    s.input("a", "...");
    s.input("b", "...");
    s.output("c", "...");
  }
  template <class T>
  static auto cap(const Flat<T>& b) {
    return (b > T(40)).select(T(40), b);
  }
  template <class T>
  void forward(Flat<T> a, Flat<T> b, Out<Flat<T>> c) const {
    c = a * cap(b);
  }
  template <class T>
  void backward(Flat<T> a, Flat<T> b, Unread, Flat<T> dc, Grad<Flat<T>> da, Grad<Flat<T>> db) const {
    da += cap(b) * dc;
    db += (b > T(Right ? 40 : 1e9)).select(T(0), a * dc);
  }
};

// The larger of two, entry by entry; where they are equal, `Share` hundredths of the gradient go to each.
template <int Share>
struct Larger {
  static void describe(Spec<Larger>& s) {
    s.input("a", "...");
    s.input("b", "...");
    s.output("c", "...");
  }
  template <class T>
  void forward(Flat<T> a, Flat<T> b, Out<Flat<T>> c) const {
    c = (a > b).select(a, b);
  }
  template <class T>
  void backward(Flat<T> a, Flat<T> b, Unread, Flat<T> dc, Grad<Flat<T>> da, Grad<Flat<T>> db) const {
    const T share(Share / 100.0);
    da += (a > b).select(dc, (a < b).select(T(0), share * dc));
    db += (b > a).select(dc, (b < a).select(T(0), share * dc));
  }
};

// The largest entry of a vector; at a tie, all get the whole gradient, or each an equal part.
template <bool Even>
struct Largest {
  static void describe(Spec<Largest>& s) {
    s.input("x", "n");
    s.output("y", "");
  }
  template <class T>
  void forward(Flat<T> x, Out<Scalar<T>> y) const {
    T most = x(0);
    for (Eigen::Index i = 1; i < x.size(); ++i)
      if (x(i) > most) most = x(i);
    y = most;
  }
  template <class T>
  void backward(Flat<T> x, Scalar<T> y, Scalar<T> dy, Grad<Flat<T>> dx) const {
    double ties = 0;
    for (Eigen::Index i = 0; i < x.size(); ++i) ties += !(x(i) < T(y));
    dx += (x < T(y)).select(T(0), T(dy) / T(Even ? ties : 1) + T(0) * x);
  }
};

// y = 10⁹ a² + 10⁻⁹ b², whose second term the wrong backward leaves out.
template <bool Right>
struct Small {
  static void describe(Spec<Small>& s) {
    s.input("x", "2");
    s.output("y", "");
  }
  template <class T>
  void forward(Flat<T> x, Out<Scalar<T>> y) const {
    y = T(1e9) * x(0) * x(0) + T(1e-9) * x(1) * x(1);
  }
  template <class T>
  void backward(Flat<T> x, Unread, Scalar<T> dy, Grad<Flat<T>> dx) const {
    typename Flat<T>::Plain g = T(2e9) * x * T(dy);
    g(1) = T(Right ? 2e-9 : 0) * x(1) * T(dy);
    dx += g;
  }
};

// Layer normalization, of which the wrong backward is half written: dx = g dy.
struct HalfLayerNorm {
  static void describe(Spec<HalfLayerNorm>& s) {
    s.input("x", "... n");
    s.input("g", "n");
    s.output("y", "... n");
    s.saved("h", "... n");
  }
  template <class T>
  void forward(Rows<T> x, Row<T> g, Out<Rows<T>> y, Out<Rows<T>> h) const {
    using std::sqrt;
    for (Eigen::Index i = 0; i < x.rows(); ++i) {
      const T n(double(x.cols())), mean = x.row(i).sum() / n;
      const T variance = (x.row(i).array() - mean).square().sum() / n;
      h.row(i) = (x.row(i).array() - mean) / sqrt(variance + T(1e-5));
      y.row(i) = h.row(i).cwiseProduct(g);
    }
  }
  template <class T>
  void backward(Unread, Row<T> g, Unread, Rows<T> h, Rows<T> dy, Grad<Rows<T>> dx, Grad<Row<T>> dg) const {
    dx.each_row([&](Eigen::Index i) { return dy.row(i).cwiseProduct(g); });
    dg += dy.cwiseProduct(h).colwise().sum();
  }
};

std::string own_name() {
  Dl_info self;
  static const char here = 0;
  if (!dladdr(&here, &self)) return "";
  const char* slash = std::strrchr(self.dli_fname, '/');
  const std::string file = slash ? slash + 1 : self.dli_fname;
  return file.substr(0, file.size() - 3);  // .so
}

}  // namespace

extern "C" GR_EXPORT const gr_plugin* graph_runner_plugin(const gr_host*, char* error, size_t size) {
  static const std::string name = own_name();
  const auto is = [&](const char* what) { return name == what; };
  const char* n = name.c_str();
  if (is("RightClamp")) return PluginTable<Bent<Clamp>>::get(n, error, size);
  if (is("RightSteeper")) return PluginTable<Bent<Steeper<4000, true>>>::get(n, error, size);
  if (is("RightNotch")) return PluginTable<Bent<Notch<true>>>::get(n, error, size);
  if (is("RightJump")) return PluginTable<Bent<Jump<true>>>::get(n, error, size);
  if (is("RightSquare")) return PluginTable<Bent<Square<true>>>::get(n, error, size);
  if (is("RightHuber")) return PluginTable<Bent<Huber<true>>>::get(n, error, size);
  if (is("RightCapped")) return PluginTable<Capped<true>>::get(n, error, size);
  if (is("RightSmall")) return PluginTable<Small<true>>::get(n, error, size);
  if (is("EvenLarger")) return PluginTable<Larger<50>>::get(n, error, size);
  if (is("FirstLarger")) return PluginTable<Larger<0>>::get(n, error, size);
  if (is("EvenLargest")) return PluginTable<Largest<true>>::get(n, error, size);
  if (is("WrongClamp")) return PluginTable<Bent<ClampForgetsUpper>>::get(n, error, size);
  if (is("WrongBeyond0")) return PluginTable<Bent<Steeper<70, false>>>::get(n, error, size);
  if (is("WrongBeyond6")) return PluginTable<Bent<Steeper<600, false>>>::get(n, error, size);
  if (is("WrongBeyond40")) return PluginTable<Bent<Steeper<4000, false>>>::get(n, error, size);
  if (is("WrongBeyondMinus100")) return PluginTable<Bent<Steeper<-10000, false>>>::get(n, error, size);
  if (is("WrongBeyond900")) return PluginTable<Bent<Steeper<90000, false>>>::get(n, error, size);
  if (is("WrongNotch")) return PluginTable<Bent<Notch<false>>>::get(n, error, size);
  if (is("WrongJump")) return PluginTable<Bent<Jump<false>>>::get(n, error, size);
  if (is("WrongSquare")) return PluginTable<Bent<Square<false>>>::get(n, error, size);
  if (is("WrongHuber")) return PluginTable<Bent<Huber<false>>>::get(n, error, size);
  if (is("WrongCapped")) return PluginTable<Capped<false>>::get(n, error, size);
  if (is("WrongSmall")) return PluginTable<Small<false>>::get(n, error, size);
  if (is("WholeLarger")) return PluginTable<Larger<100>>::get(n, error, size);
  if (is("WholeLargest")) return PluginTable<Largest<false>>::get(n, error, size);
  if (is("HalfLayerNorm")) return PluginTable<HalfLayerNorm>::get(n, error, size);
  return nullptr;
}
