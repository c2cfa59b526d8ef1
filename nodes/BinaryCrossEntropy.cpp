// loss = -Σ_j (t_j log p_j + (1 - t_j) log(1 - p_j)) with p = 1 / (1 + exp(-scores)), one value a row.
// = Σ_j (max(x_j, 0) - t_j x_j + log(1 + exp(-|x_j|))) for scores x, which cannot overflow.
// dscores = (p - t) dloss,   dtarget = -scores dloss.
// Source: Goodfellow, Bengio & Courville, Deep Learning, section 6.2.2.2.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct BinaryCrossEntropy {
  static void describe(Spec<BinaryCrossEntropy>& s) {
    s.doc(
        "Cross-entropy of sigmoid(scores) with targets between 0 and 1, summed along the last axis: "
        "loss = -Σ t log p + (1 - t) log(1 - p).");
    s.input("scores", "... n");
    s.input("target", "... n").domain(GR_RANGE, 0, 1);
    s.output("loss", "...");
  }
  template <class T>
  void forward(Rows<T> x, Rows<T> t, Out<Flat<T>> loss) const {
    const auto entry = [](const T& score, const T& target) {
      using std::log1p;
      return (score > T(0) ? score : T(0)) - target * score + log1p(decay(score));
    };
    for (Eigen::Index i = 0; i < x.rows(); ++i) loss(i) = sum_of(x.row(i).binaryExpr(t.row(i), entry));
  }
  template <class T>
  void backward(Rows<T> x, Rows<T> t, Unread, Flat<T> dloss, Grad<Rows<T>> dx, Grad<Rows<T>> dt) const {
    const auto probability = [](const T& score) {
      const T e = decay(score);
      return (score > T(0) ? T(1) : e) / (T(1) + e);
    };
    dx.each_row([&](Eigen::Index i) { return (x.row(i).unaryExpr(probability) - t.row(i)) * dloss(i); });
    dt.each_row([&](Eigen::Index i) { return x.row(i) * -dloss(i); });
  }

 private:
  // exp(-|score|), without abs, whose derivative at 0 is another.
  template <class T>
  static T decay(const T& score) {
    using std::exp;
    return exp(score > T(0) ? -score : score);
  }
};

}  // namespace
GRAPH_RUNNER_NODE(BinaryCrossEntropy)
