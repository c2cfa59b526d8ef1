// y = √(Σ (x - μ)² / n) with the mean μ of all n entries: the standard deviation of what is given, divided by
// n and not by n - 1.   dx = (x - μ) dy / (n y); where all entries are equal, at the kink, dx = 0.
// Source: Petersen & Pedersen, The Matrix Cookbook (2012), section 8.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Std {
  static void describe(Spec<Std>& s) {
    s.doc("Standard deviation of all n entries, divided by n: y = √(Σ (x - μ)² / n), with their mean μ.");
    s.input("x", "...");
    s.output("y", "");
  }
  template <class T>
  void forward(Flat<T> x, Out<Scalar<T>> y) const {
    using std::sqrt;
    const T n(double(x.size())), mean = sum_of(x) / n, squares = sum_of((x - mean).square());
    y = squares == T(0) ? T(0) : sqrt(squares / n);
  }
  template <class T>
  void backward(Flat<T> x, Scalar<T> y, Scalar<T> dy, Grad<Flat<T>> dx) const {
    const T n(double(x.size())), mean = sum_of(x) / n;
    const T scale = T(y) == T(0) ? T(0) : T(dy) / (n * T(y));
    dx += (x - mean) * scale;
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Std)
