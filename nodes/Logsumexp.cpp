// y = log Σ exp(x), over all entries.   dx = exp(x - y) dy.
// The largest x is subtracted first, which changes nothing but keeps exp from overflowing.
// Source: Goodfellow, Bengio & Courville, Deep Learning, sections 4.1 and 6.2.2.3.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Logsumexp {
  static void describe(Spec<Logsumexp>& s) {
    s.doc("Logarithm of the sum of exponentials of all entries: y = log Σ exp(x).");
    s.input("x", "...");
    s.output("y", "");
  }
  template <class T>
  void forward(Flat<T> x, Out<Scalar<T>> y) const {
    using std::log;
    const T most = x.maxCoeff();
    y = most + log(sum_of((x - most).exp()));
  }
  template <class T>
  void backward(Flat<T> x, Scalar<T> y, Scalar<T> dy, Grad<Flat<T>> dx) const {
    dx += (x - T(y)).exp() * T(dy);
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Logsumexp)
