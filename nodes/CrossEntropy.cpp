// loss = -Σ_j t_j log p_j with p = softmax(scores), one value a row; from scores, so that it is stable.
// dscores = (p Σ_j t_j - t) dloss, which is p - t for a target that sums to 1;   dtarget = -log(p) dloss.
// log p_j = x_j - m - log Σ_k exp(x_k - m) with m = max x, kept for backward.
// Source: Goodfellow, Bengio & Courville, Deep Learning, section 6.2.2.3.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct CrossEntropy {
  static void describe(Spec<CrossEntropy>& s) {
    s.doc("Cross-entropy of softmax(scores) against a target distribution: loss = -Σ t log softmax(scores).");
    s.input("scores", "... n");
    s.input("target", "... n").domain(GR_DISTRIBUTION);
    s.output("loss", "...");
    s.saved("log_p", "... n");
  }
  template <class T>
  void forward(Rows<T> x, Rows<T> t, Out<Flat<T>> loss, Out<Rows<T>> log_p) const {
    using std::log;
    for (Eigen::Index i = 0; i < x.rows(); ++i) {
      const T m = x.row(i).maxCoeff();
      const T log_sum = log(sum_of((x.row(i).array() - m).exp()));
      log_p.row(i) = x.row(i).array() - (m + log_sum);
      loss(i) = -sum_of(t.row(i).cwiseProduct(log_p.row(i)));
    }
  }
  template <class T>
  void backward(Unread, Rows<T> t, Unread, Rows<T> log_p, Flat<T> dloss, Grad<Rows<T>> dx,
                Grad<Rows<T>> dt) const {
    dx.each_row([&](Eigen::Index i) {
      const T total = sum_of(t.row(i));
      return ((log_p.row(i).array().exp() * total - t.row(i).array()) * dloss(i)).matrix();
    });
    dt.each_row([&](Eigen::Index i) { return log_p.row(i) * -dloss(i); });
  }
};

}  // namespace
GRAPH_RUNNER_NODE(CrossEntropy)
