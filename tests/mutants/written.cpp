// Wrong backwards written by hand, as people write them. One shared object holds them all; a copy called
// NAME.so is the type NAME.
#include <dlfcn.h>

#include <cstring>
#include <graph_runner/node.hpp>
#include <string>

using namespace graph_runner;
namespace {

template <int Mistake>
struct LinearMistake {
  int units = 1;
  static void describe(Spec<LinearMistake>& s) {
    s.attribute("units", &LinearMistake::units, "").at_least(1);
    s.input("x", Mistake == 2 ? "... units" : "... in");
    s.parameter("W", Mistake == 2 ? "units units" : "units in");
    s.parameter("b", "units");
    s.output("y", "... units");
  }
  template <class T>
  void forward(Rows<T> x, Mat<T> W, Row<T> b, Out<Rows<T>> y) const {
    y = x * W.transpose();
    y.rowwise() += b;
  }
  template <class T>
  void backward(Rows<T> x, Mat<T> W, Unread, Unread, Rows<T> dy, Grad<Rows<T>> dx, Grad<Mat<T>> dW,
                Grad<Row<T>> db) const {
    if constexpr (Mistake == 2)
      dx += dy * W.transpose();
    else
      dx += dy * W;
    if constexpr (Mistake == 1)
      dW += dy.transpose() * x / T(double(x.rows()));
    else
      dW += dy.transpose() * x;
    if constexpr (Mistake == 0)
      db += dy.row(0);
    else
      db += dy.colwise().sum();
  }
};

struct SoftmaxWithoutMean {
  static void describe(Spec<SoftmaxWithoutMean>& s) {
    s.input("x", "... n");
    s.output("y", "... n");
  }
  template <class T>
  void forward(Rows<T> x, Out<Rows<T>> y) const {
    for (Eigen::Index i = 0; i < x.rows(); ++i) {
      y.row(i) = (x.row(i).array() - x.row(i).maxCoeff()).exp();
      y.row(i) /= y.row(i).sum();
    }
  }
  template <class T>
  void backward(Unread, Rows<T> y, Rows<T> dy, Grad<Rows<T>> dx) const {
    dx += y.cwiseProduct(dy);
  }
};

template <bool OneSided>
struct SquaredLossMistake {
  static void describe(Spec<SquaredLossMistake>& s) {
    s.input("prediction", "... n");
    s.input("target", "... n");
    s.output("loss", "...");
  }
  template <class T>
  void forward(Rows<T> p, Rows<T> t, Out<Flat<T>> loss) const {
    loss = (p - t).rowwise().squaredNorm().array();
  }
  template <class T>
  void backward(Rows<T> p, Rows<T> t, Unread, Flat<T> dloss, Grad<Rows<T>> dp, Grad<Rows<T>> dt) const {
    const T two(OneSided ? 2 : 1);
    dp.each_row([&](Eigen::Index i) { return (p.row(i) - t.row(i)) * (two * dloss(i)); });
    dt.each_row([&](Eigen::Index i) {
      return OneSided ? ((p.row(i) - t.row(i)) * (two * dloss(i))).eval()
                      : ((t.row(i) - p.row(i)) * (two * dloss(i))).eval();
    });
  }
};

struct MultiplyOwnFactor {
  static void describe(Spec<MultiplyOwnFactor>& s) {
    s.input("a", "...");
    s.input("b", "...");
    s.output("c", "...");
  }
  template <class T>
  void forward(Flat<T> a, Flat<T> b, Out<Flat<T>> c) const {
    c = a * b;
  }
  template <class T>
  void backward(Flat<T> a, Flat<T>, Unread, Flat<T> dc, Grad<Flat<T>> da, Grad<Flat<T>> db) const {
    da += a * dc;
    db += a * dc;
  }
};

template <bool Sigmoid>
struct ElementwiseMistake {
  static void describe(Spec<ElementwiseMistake>& s) {
    s.input("x", "...");
    s.output("y", "...");
  }
  template <class T>
  void forward(Flat<T> x, Out<Flat<T>> y) const {
    if constexpr (Sigmoid)
      y = T(1) / (T(1) + (-x).exp());
    else
      y = x.tanh();
  }
  template <class T>
  void backward(Flat<T> x, Flat<T> y, Flat<T> dy, Grad<Flat<T>> dx) const {
    if constexpr (Sigmoid)
      dx += y * (T(1) - y);
    else
      dx += dy * (T(1) - x * x);
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
  if (is("LinearWithoutBatchSum")) return PluginTable<LinearMistake<0>>::get(n, error, size);
  if (is("LinearMeanOverBatch")) return PluginTable<LinearMistake<1>>::get(n, error, size);
  if (is("LinearTransposed")) return PluginTable<LinearMistake<2>>::get(n, error, size);
  if (is("SoftmaxWithoutMean")) return PluginTable<SoftmaxWithoutMean>::get(n, error, size);
  if (is("SquaredLossWithoutTwo")) return PluginTable<SquaredLossMistake<false>>::get(n, error, size);
  if (is("SquaredLossOneSided")) return PluginTable<SquaredLossMistake<true>>::get(n, error, size);
  if (is("MultiplyOwnFactor")) return PluginTable<MultiplyOwnFactor>::get(n, error, size);
  if (is("TanhOfInput")) return PluginTable<ElementwiseMistake<false>>::get(n, error, size);
  if (is("SigmoidUnscaled")) return PluginTable<ElementwiseMistake<true>>::get(n, error, size);
  return nullptr;
}
