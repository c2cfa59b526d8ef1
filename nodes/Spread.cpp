// y = s everywhere, in the shape of `like`: how a number meets a tensor in formulas.   ds = Σ dy.
// Source: Griewank & Walther, Evaluating Derivatives, 2nd ed., chapter 3.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Spread {
  static void describe(Spec<Spread>& s) {
    s.doc("A number in every entry of a tensor: y = s, in the shape of `like`.");
    s.input("s", "");
    s.input("like", "...").discrete().doc("only its shape matters");
    s.output("y", "...");
  }
  template <class T>
  void forward(Scalar<T> s, Flat<T>, Out<Flat<T>> y) const {
    y = Flat<T>::Plain::Constant(y.size(), T(s));
  }
  template <class T>
  void backward(Unread, Unread, Unread, Flat<T> dy, Grad<Scalar<T>> ds) const {
    ds += sum_of(dy);
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Spread)
