// c = a b, the product of each matrix of a with the one at its place in b.   da = dc bᵀ,   db = aᵀ dc.
// MatMul is the product with one matrix b.
// Source: Giles, "Collected matrix derivative results for forward and reverse mode" (2008), section 2.2.1.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct BatchMatMul {
  static void describe(Spec<BatchMatMul>& s) {
    s.doc("Matrix products of a batch: c = a b of the last two axes, for each index of those before.");
    s.input("a", "... m k");
    s.input("b", "... k n");
    s.output("c", "... m n");
  }
  template <class T>
  void forward(const Call& call, Rows<T> a, Rows<T> b, Out<Rows<T>> c) const {
    const Eigen::Index k = a.cols(), batches = b.rows() / k, m = a.rows() / batches;
    call.parallel(batches, [&](Eigen::Index i) {
      multiply(c.middleRows(i * m, m), a.middleRows(i * m, m), b.middleRows(i * k, k));
    });
  }
  template <class T>
  void backward(const Call& call, Rows<T> a, Rows<T> b, Unread, Rows<T> dc, Grad<Rows<T>> da,
                Grad<Rows<T>> db) const {
    const Eigen::Index k = a.cols(), n = b.cols(), batches = b.rows() / k, m = a.rows() / batches;
    using Block = Eigen::Map<MatrixOf<T>>;
    da.write([&](T* to, bool adds) {
      call.parallel(batches, [&](Eigen::Index i) {
        multiply(Block(to + i * m * k, m, k), dc.middleRows(i * m, m), b.middleRows(i * k, k).transpose(),
                 adds);
      });
    });
    db.write([&](T* to, bool adds) {
      call.parallel(batches, [&](Eigen::Index i) {
        multiply(Block(to + i * k * n, k, n), a.middleRows(i * m, m).transpose(), dc.middleRows(i * m, m),
                 adds);
      });
    });
  }
};

}  // namespace
GRAPH_RUNNER_NODE(BatchMatMul)
