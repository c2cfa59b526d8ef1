// Y = P V with P = softmax(Q Kᵀ / √d) along its rows, for each head: an equal part of the last axes. With
// S = P ∘ (dP - D) / √d and D_i = Σ_j dP_ij P_ij:   dQ = S K,   dK = Sᵀ Q,   dV = Pᵀ dY,   dP = dY Vᵀ.
// Source: Vaswani et al., "Attention is all you need", arXiv:1706.03762, section 3.2.
#include <graph_runner/node.hpp>
using namespace graph_runner;
namespace {

struct Attention {
  int heads = 1;
  bool causal = false;
  static void describe(Spec<Attention>& s) {
    s.doc("Scaled dot-product attention: y = softmax(queries keysᵀ / √(d / heads)) values for each head.");
    s.attribute("heads", &Attention::heads, "into how many equal parts the last axes are cut").at_least(1);
    s.attribute("causal", &Attention::causal, "whether query i sees the keys 1 to i alone");
    s.input("queries", "... n d"), s.input("keys", "... m d"), s.input("values", "... m e");
    s.output("y", "... n e"), s.saved("P", "... heads n m");
  }
  void shapes(Shapes& s) const { width(s.get(0, -1).value), width(s.get(2, -1).value); }
  Eigen::Index scratch(const Call& call) const { return call.entries(4); }
  template <class T>
  void forward(const Call& call, Rows<T> q, Rows<T> k, Rows<T> v, Out<Rows<T>> y, Out<Rows<T>> P) const {
    const Eigen::Index n = call.shape(0).end()[-2], m = P.cols(), d = width(q.cols());
    call.parallel(P.rows() / n, [&](Eigen::Index h) {
      multiply(P.middleRows(h * n, n), part(q, h, n), part(k, h, m).transpose());
      for (Eigen::Index i = 0; i < n; ++i) {
        auto row = P.row(h * n + i).head(causal ? std::min(i + 1, m) : m).array();
        row = ((row - row.maxCoeff()) / T(std::sqrt(double(d)))).exp(), row /= sum_of(row);
        P.row(h * n + i).tail(m - row.size()).setZero();
      }
      multiply(part(y, h, n), P.middleRows(h * n, n), part(v, h, m));
    });
  }
  template <class T>
  void backward(const Call& call, Rows<T> q, Rows<T> k, Rows<T> v, Unread, Rows<T> P, Rows<T> dy,
                Grad<Rows<T>> dq, Grad<Rows<T>> dk, Grad<Rows<T>> dv) const {
    const Eigen::Index n = call.shape(0).end()[-2], m = P.cols(), d = width(q.cols());
    const auto to = [](Grad<Rows<T>>& g) { return g.wanted() ? &g.entries() : nullptr; };
    auto *to_q = to(dq), *to_k = to(dk), *to_v = to(dv);
    call.parallel(P.rows() / n, [&](Eigen::Index h) {
      const auto p = P.middleRows(h * n, n);
      Eigen::Map<MatrixOf<T>> S(call.scratch<T>() + h * n * m, n, m);
      multiply(S, part(dy, h, n), part(v, h, m).transpose());  // dP
      for (Eigen::Index i = 0; i < n; ++i)
        S.row(i) = p.row(i).array() * (S.row(i).array() - S.row(i).dot(p.row(i))) / T(std::sqrt(double(d)));
      if (to_q) multiply(part(*to_q, h, n), S, part(k, h, m), true);
      if (to_k) multiply(part(*to_k, h, m), S.transpose(), part(q, h, n), true);
      if (to_v) multiply(part(*to_v, h, m), p.transpose(), part(dy, h, n), true);
    });
  }
  Eigen::Index width(Eigen::Index size) const {  // of a head; a size that is below 0 is not known yet
    if (size < 0 || size % heads == 0) return size / heads;
    throw std::invalid_argument(std::to_string(heads) + " heads for a size of " + std::to_string(size));
  }
  auto part(auto& all, Eigen::Index h, Eigen::Index rows) const {  // the h-th head of all in the batch
    return all.block(h / heads * rows, h % heads * width(all.cols()), rows, width(all.cols()));
  }
};
}  // namespace
GRAPH_RUNNER_NODE(Attention)
