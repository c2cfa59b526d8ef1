// y = the mean over height and width, channel by channel.   dx = dy / (height width) at every place.
// Source: Lin, Chen & Yan, "Network in network" (2014), section 3.2.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct GlobalAveragePool2D {
  static void describe(Spec<GlobalAveragePool2D>& s) {
    s.doc("The mean over height and width, channels last.");
    s.input("x", "... h w c");
    s.output("y", "... c");
  }
  template <class T>
  void forward(const Call& call, Rows<T> x, Out<Rows<T>> y) const {
    const Eigen::Index n = places(call);
    for (Eigen::Index i = 0; i < y.rows(); ++i)
      y.row(i) = x.middleRows(i * n, n).colwise().sum() / T(double(n));
  }
  template <class T>
  void backward(const Call& call, Unread, Unread, Rows<T> dy, Grad<Rows<T>> dx) const {
    const Eigen::Index n = places(call);
    dx.each_row([&](Eigen::Index row) { return dy.row(row / n) / T(double(n)); });
  }

 private:
  static Eigen::Index places(const Call& call) {
    const auto x = call.shape(0);
    return x[x.size() - 3] * x[x.size() - 2];
  }
};

}  // namespace
GRAPH_RUNNER_NODE(GlobalAveragePool2D)
