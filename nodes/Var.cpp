// y = Σ (x - μ)² / n with the mean μ of all n entries: the variance of what is given, divided by n and not by
// n - 1.   dx = 2 (x - μ) dy / n.
// Source: Petersen & Pedersen, The Matrix Cookbook (2012), section 8.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Var {
  static void describe(Spec<Var>& s) {
    s.doc("Variance of all n entries, divided by n: y = Σ (x - μ)² / n, with their mean μ.");
    s.input("x", "...");
    s.output("y", "");
  }
  template <class T>
  void forward(Flat<T> x, Out<Scalar<T>> y) const {
    const T mean = sum_of(x) / T(double(x.size()));
    y = sum_of((x - mean).square()) / T(double(x.size()));
  }
  template <class T>
  void backward(Flat<T> x, Unread, Scalar<T> dy, Grad<Flat<T>> dx) const {
    const T n(double(x.size())), mean = sum_of(x) / n;
    dx += (x - mean) * (T(2) * T(dy) / n);
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Var)
