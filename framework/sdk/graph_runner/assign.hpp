// How Out and Grad (views.hpp) store an expression: dst = expr or dst += expr, products without temporaries,
// and large ones in panels that several threads may share.
#pragma once

#include <graph_runner/abi.h>

#include <Eigen/Core>
#include <algorithm>
#include <graph_runner/product.hpp>
#include <memory>
#include <type_traits>
#include <utility>

namespace graph_runner {

namespace detail {

// A product of at least two panels' worth of multiply-adds is cut into panels of its destination, so that no
// two tasks write one entry and nothing is summed across tasks. The cuts lie at multiples of `panel_seam`,
// where the kernels of product.hpp and of Eigen have seams anyway (they take 4 to 48 rows or columns at once,
// by type and processor, and the rest of a panel more slowly): so a panel costs little more than its part of
// the whole, and every entry has the same bits whether there are panels or not. With one thread there are
// none: each packs its operands anew.
inline constexpr double panel_work = 4e6;
inline constexpr Eigen::Index panel_seam = 48;
inline constexpr Eigen::Index panel_entries = 1 << 16;

template <class Body>
void run_panels(const gr_call& call, Eigen::Index panels, Body&& body) {
  using Plain = std::remove_reference_t<Body>;
  call.parallel(
      call.pool, static_cast<std::size_t>(panels),
      [](void* context, std::size_t i) { (*static_cast<Plain*>(context))(static_cast<Eigen::Index>(i)); },
      const_cast<void*>(static_cast<const void*>(std::addressof(body))));
}

template <bool Add, class Dst, class Expr>
EIGEN_ALWAYS_INLINE void store(Dst&& dst, const Expr& expr) {
  if constexpr (Add)
    dst += expr;
  else
    dst = expr;
}

template <class E>
inline constexpr bool is_dense = std::is_base_of_v<Eigen::DenseBase<E>, E>;

// What product.hpp multiplies: matrices of floats or doubles that lie in memory.
template <class E>
inline constexpr bool lies_in_memory = (int(E::Flags) & Eigen::DirectAccessBit) != 0;
template <class Dst, class L, class R>
inline constexpr bool own_product = own_products&& std::is_floating_point_v<typename Dst::Scalar> &&
                                    !Dst::IsVectorAtCompileTime && lies_in_memory<L> && lies_in_memory<R>;
template <class E>
Strided<const typename E::Scalar> strided(const E& e) {
  return {e.data(), e.rowStride(), e.colStride()};
}

template <bool Add, class Dst, class L, class R, int Option>
void assign_product(const gr_call& call, Dst& dst, const Eigen::Product<L, R, Option>& product) {
  using Eigen::Index;
  const auto& lhs = product.lhs();
  const auto& rhs = product.rhs();
  if (lhs.cols() == 1) {  // an outer product: one pass over dst, without the packing of a general product
    for (Index i = 0; i < dst.rows(); ++i) store<Add>(dst.row(i), lhs.coeff(i, 0) * rhs.row(0));
    return;
  }
  const double work = double(dst.rows()) * double(dst.cols()) * double(lhs.cols());
  bool own = false;  // decided for the whole, so that all panels are summed alike
  if constexpr (own_product<Dst, L, R>)
    own = worth_packing(strided(lhs), strided(rhs), dst.rows(), dst.cols(), lhs.cols());
  const bool by_rows = dst.rows() >= dst.cols();
  const Index length = by_rows ? dst.rows() : dst.cols();
  const auto panel = [&](Index at, Index n) {
    const Index r = by_rows ? at : 0, rows = by_rows ? n : dst.rows();
    const Index c = by_rows ? 0 : at, columns = by_rows ? dst.cols() : n;
    if constexpr (own_product<Dst, L, R>)
      if (own)
        return multiply(strided(lhs).from(r, 0), strided(rhs).from(0, c), {&dst(r, c), dst.rowStride(), 1},
                        rows, columns, lhs.cols(), Add);
    store<Add>(dst.block(r, c, rows, columns).noalias(),
               lhs.middleRows(r, rows) * rhs.middleCols(c, columns));
  };
  const Index seams = (length + panel_seam - 1) / panel_seam,
              panels = std::min(static_cast<Index>(std::min(work / panel_work, 8.0)), seams / 2);
  if (!call.pool || panels < 2) return panel(0, length);
  run_panels(call, panels, [&](Index i) {
    const Index from = seams * i / panels * panel_seam,
                to = std::min(length, seams * (i + 1) / panels * panel_seam);
    panel(from, to - from);
  });
}

template <bool Add, class Dst, class Expr>
void assign(const gr_call& call, Dst& dst, const Expr& expr) {
  using Eigen::Index;
  if constexpr (Dst::IsVectorAtCompileTime && std::is_base_of_v<Eigen::ArrayBase<Expr>, Expr> &&
                Dst::SizeAtCompileTime != 1) {
    if (const Index n = dst.size(); n >= 2 * panel_entries) {
      run_panels(call, (n + panel_entries - 1) / panel_entries, [&](Index i) {
        const Index at = i * panel_entries, size = std::min(panel_entries, n - at);
        store<Add>(dst.segment(at, size), expr.segment(at, size));
      });
      return;
    }
  }
  store<Add>(dst, expr);
}
template <bool Add, class Dst, class L, class R, int Option>
void assign(const gr_call& call, Dst& dst, const Eigen::Product<L, R, Option>& product) {
  if constexpr (is_dense<L> && is_dense<R>)
    assign_product<Add>(call, dst, product);
  else if constexpr (Add && int(Option) == int(Eigen::AliasFreeProduct))
    dst += product.eval();  // of a permutation, whose product Eigen cannot add
  else
    store<Add>(dst.noalias(), product);
}

// The same of any expression: arrays and matrices of one shape, and what has entries without being dense,
// such as a diagonal or a triangle.
template <bool Add, class Dst, class Expr>
void assign_any(const gr_call& call, Dst& dst, const Expr& expr) {
  constexpr bool to_array = std::is_base_of_v<Eigen::ArrayBase<Dst>, Dst>;
  constexpr bool from_array = std::is_base_of_v<Eigen::ArrayBase<Expr>, Expr>;
  if constexpr (to_array && !from_array) {
    auto matrix = dst.matrix();
    assign<Add>(call, matrix, expr);
  } else if constexpr (!to_array && from_array) {
    auto array = dst.array();
    assign<Add>(call, array, expr);
  } else {
    assign<Add>(call, dst, expr);
  }
}

}  // namespace detail

}  // namespace graph_runner
