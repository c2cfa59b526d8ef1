// loss = Σ h(r) along the last axis, one value a row, with r = prediction - target and h(r) = r²/2 where
// |r| <= δ, else δ (|r| - δ/2). With c, which is r cut at ±δ, h(r) = c (r - c/2), and
// dprediction = c dloss,   dtarget = -dprediction.
// Source: Huber, "Robust estimation of a location parameter", Annals of Mathematical Statistics 35 (1964).
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct HuberLoss {
  double delta = 1;

  static void describe(Spec<HuberLoss>& s) {
    s.doc("Huber's loss along the last axis: Σ of r²/2 where |r| <= delta, else delta (|r| - delta/2).");
    s.attribute("delta", &HuberLoss::delta, "from which difference on it grows along a line").above(0);
    s.input("prediction", "... n");
    s.input("target", "... n");
    s.output("loss", "...");
  }
  template <class T>
  void forward(Rows<T> p, Rows<T> t, Out<Flat<T>> loss) const {
    for (Eigen::Index i = 0; i < p.rows(); ++i)
      loss(i) = sum_of((p.row(i) - t.row(i)).unaryExpr([this](const T& r) {
        const T c = cut(r);
        return c * (r - T(0.5) * c);
      }));
  }
  template <class T>
  void backward(Rows<T> p, Rows<T> t, Unread, Flat<T> dloss, Grad<Rows<T>> dp, Grad<Rows<T>> dt) const {
    const auto c = [this](const T& r) { return cut(r); };
    dp.each_row([&](Eigen::Index i) { return (p.row(i) - t.row(i)).unaryExpr(c) * dloss(i); });
    dt.each_row([&](Eigen::Index i) { return (p.row(i) - t.row(i)).unaryExpr(c) * -dloss(i); });
  }

 private:
  template <class T>
  T cut(const T& r) const {
    return r > T(delta) ? T(delta) : r < T(-delta) ? T(-delta) : r;
  }
};

}  // namespace
GRAPH_RUNNER_NODE(HuberLoss)
