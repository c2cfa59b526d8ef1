// B = Aᵀ, or B has the axes of A in another order: B_ki = A_ik.   dA = dB with its axes back in their places.
// Source: Giles, "Collected matrix derivative results for forward and reverse mode" (2008), section 2.2.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Transpose {
  std::vector<int> axes;

  static void describe(Spec<Transpose>& s) {
    s.doc("Transpose of a matrix, or of each of many: B = Aᵀ; of a tensor, its axes in any order.");
    s.attribute("axes", &Transpose::axes,
                "the axes of A, from 1, in the order that B has them; none: the last two change places")
        .at_least(1);
    s.input("A", "... m n");
    s.output("B", "*");
  }
  void shapes(Shapes& s) const {
    std::vector<int> sorted = axes;
    std::sort(sorted.begin(), sorted.end());
    for (std::size_t i = 0; i < sorted.size(); ++i)
      if (sorted[i] != static_cast<int>(i) + 1 || s.rank(0) != static_cast<std::int64_t>(axes.size()))
        throw std::invalid_argument("the axes 1 to " + std::to_string(s.rank(0)) +
                                    " should stand there, each once");
    for (std::int64_t i = 0; i < s.rank(0); ++i) s.append(1, s.get(0, axis_of_A(i, s.rank(0))));
  }
  template <class T>
  void forward(const Call& call, Rows<T> A, Out<Flat<T>> B) const {
    Eigen::Index b = 0;
    each(0, 0, call.shape(0), b, [&](Eigen::Index at_A, Eigen::Index at_B) { B(at_B) = A.data()[at_A]; });
  }
  template <class T>
  void backward(const Call& call, Unread, Unread, Flat<T> dB, Grad<Rows<T>> dA) const {
    if (!dA.wanted()) return;
    T* to = dA.entries().data();
    Eigen::Index b = 0;
    each(0, 0, call.shape(0), b, [&](Eigen::Index at_A, Eigen::Index at_B) { to[at_A] += dB(at_B); });
  }

 private:
  std::int64_t axis_of_A(std::int64_t i, std::int64_t rank) const {
    if (!axes.empty()) return axes[static_cast<std::size_t>(i)] - 1;
    return i < rank - 2 ? i : 2 * rank - 3 - i;
  }
  // Calls body(entry of A, entry of B) for each entry, in the order of B, from an axis of B on.
  template <class Body>
  void each(std::size_t axis, Eigen::Index a, std::span<const std::int64_t> shape, Eigen::Index& b,
            const Body& body) const {
    const auto of_A = static_cast<std::size_t>(axis_of_A(std::int64_t(axis), std::int64_t(shape.size())));
    Eigen::Index stride = 1;
    for (std::size_t i = of_A + 1; i < shape.size(); ++i) stride *= shape[i];
    const bool last = axis + 1 == shape.size();
    for (Eigen::Index i = 0; i < shape[of_A]; ++i, a += stride)
      last ? body(a, b++) : each(axis + 1, a, shape, b, body);
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Transpose)
