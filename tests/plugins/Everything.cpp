// Uses all that the SDK offers: attributes of every kind, an optional input, many inputs, two outputs, a
// saved output, a discrete output, random numbers, scratch memory, a `shapes` member, a domain, the training
// flag.
#include <graph_runner/node.hpp>
#include <numeric>
using namespace graph_runner;
namespace {

struct Everything {
  int times = 2;
  double scale = 0.5;
  bool negate = false;
  std::string mode = "add";
  Size extra{3};
  std::vector<double> weights{1, 1};

  static void describe(Spec<Everything>& s) {
    s.doc(
        "y = scale · times · (x or -x) [+ bias] [+ 1000 in training], z = Σ weights · Σ parts, padded by "
        "`extra` zeros");
    s.attribute("times", &Everything::times, "an integer").at_least(1).at_most(9);
    s.attribute("scale", &Everything::scale, "a real").above(0).below(10);
    s.attribute("negate", &Everything::negate, "a bool");
    s.attribute("mode", &Everything::mode, "a text").choices({"add", "ignore"});
    s.attribute("extra", &Everything::extra, "a size").at_least(0);
    s.attribute("weights", &Everything::weights, "a list").length(1, 3);
    s.input("x", "... n").domain(GR_RANGE, -100, 100).doc("the main input");
    s.input("bias", "n").optional();
    s.input("parts", "_").many();
    s.output("y", "... n");
    s.output("z", "_");
    s.output("rounded", "... n").discrete();
    s.saved("factor", "");
  }
  void shapes(Shapes& s) const {
    if (s.get(2, 0).value == 13) throw std::runtime_error("13 brings bad luck");
    const std::size_t y = s.count() - 4, z = y + 1;
    for (std::size_t part = 3; part < y; ++part)
      if (!(s.get(part, 0) == s.get(2, 0))) throw std::runtime_error("parts must be equally long");
    s.set(z, 0, s.sum(s.get(2, 0), extra));
  }
  int scratch(const Call&) const { return 8; }

  template <class T>
  void forward(const Call& call, Rows<T> x, Row<T> bias, Many<Col<T>> parts, Out<Rows<T>> y, Out<Col<T>> z,
               Out<Rows<T>> rounded, Out<Scalar<T>> factor) const {
    using std::floor;
    call.scratch<T>()[0] = T(scale * times * (negate ? -1 : 1));
    factor = call.scratch<T>()[0];
    y = x * factor(0);
    if (bias.present() && mode == "add") y.rowwise() += bias;
    if (call.training()) y.array() += T(1000);
    z = Col<T>::Plain::Zero(z.size());
    const double weight = std::accumulate(weights.begin(), weights.end(), 0.0);
    for (std::size_t i = 0; i < parts.size(); ++i) z.head(parts[i].size()) += T(weight) * parts[i];
    for (Eigen::Index i = 0; i < x.size(); ++i) rounded.data()[i] = floor(x.data()[i]);
  }
  template <class T>
  void backward(Unread, Row<T> bias, Unread, Unread, Unread, Unread, Scalar<T> factor, Rows<T> dy, Col<T> dz,
                Grad<Rows<T>> dx, Grad<Row<T>> dbias, Grad<Many<Col<T>>> dparts) const {
    dx += dy * T(factor);
    if (bias.present() && mode == "add") dbias += dy.colwise().sum();
    const double weight = std::accumulate(weights.begin(), weights.end(), 0.0);
    for (std::size_t i = 0; i < dparts.size(); ++i) dparts[i] += T(weight) * dz.head(dparts[i].size());
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Everything)
