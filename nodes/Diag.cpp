// Of a vector, the matrix with x on its diagonal and 0 elsewhere; of a square matrix, its diagonal.
// Backward, each of the two is the other.
// Source: Magnus & Neudecker, Matrix Differential Calculus, 3rd ed., section 1.13.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Diag {
  static void describe(Spec<Diag>& s) {
    s.doc("The diagonal matrix of a vector, or the diagonal of a square matrix.");
    s.input("x", "... n");
    s.output("y", "*");
  }
  void shapes(Shapes& s) const {
    if (s.rank(0) > 2) throw std::invalid_argument("takes a vector or a square matrix");
    if (s.rank(0) == 2 && !(s.get(0, 0) == s.get(0, 1)))
      throw std::invalid_argument("the matrix is not square");
    for (std::int64_t i = s.rank(0); i <= 2; ++i) s.append(1, s.get(0, 0));
  }
  template <class T>
  void forward(Flat<T> x, Out<Flat<T>> y) const {
    const Eigen::Index n = std::min(x.size(), y.size());
    if (x.size() == n) y = Flat<T>::Plain::Constant(y.size(), T(0));
    for (Eigen::Index i = 0; i < n; ++i) y(place(i, n, y.size())) = x(place(i, n, x.size()));
  }
  template <class T>
  void backward(Unread, Unread, Flat<T> dy, Grad<Flat<T>> dx) const {
    if (!dx.wanted()) return;
    const Eigen::Index n = std::min(dx.size(), dy.size());
    for (Eigen::Index i = 0; i < n; ++i) dx.entries()(place(i, n, dx.size())) += dy(place(i, n, dy.size()));
  }

 private:
  // Of entry i of the diagonal: in the vector, of n entries, or in the matrix.
  static Eigen::Index place(Eigen::Index i, Eigen::Index n, Eigen::Index entries) {
    return entries == n ? i : i * (n + 1);
  }
};

}  // namespace
GRAPH_RUNNER_NODE(Diag)
