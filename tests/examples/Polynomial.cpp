// y = c_0 + c_1 x + c_2 x² + …, elementwise, by Horner's rule.
// dx = (c_1 + 2 c_2 x + …) dy, derived from the formula.
// Source: Knuth, The Art of Computer Programming, vol. 2, section 4.6.4.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Polynomial : Elementwise<Polynomial> {
  std::vector<double> coefficients{0, 1};

  static void describe(Spec<Polynomial>& s) {
    s.doc("Polynomial, elementwise: y = c_0 + c_1 x + c_2 x² + ….");
    s.attribute("coefficients", &Polynomial::coefficients, "from the constant one up").length(1, 16);
    s.input("x", "...");
    s.output("y", "...");
  }
  template <class T>
  T operator()(T x) const {
    T y = coefficients.back();
    for (std::size_t k = coefficients.size() - 1; k-- > 0;) y = y * x + coefficients[k];
    return y;
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Polynomial)
