// How Out and Grad (views.hpp) store an expression: dst = expr or dst += expr, products without temporaries,
// and large ones in panels that several threads may share.
#pragma once

#include <graph_runner/abi.h>

#include <Eigen/Core>
#include <algorithm>
#include <memory>
#include <type_traits>
#include <utility>

namespace graph_runner {

namespace detail {

// A product of at least two panels' worth of multiply-adds is cut into panels of its destination, so that no
// two tasks write one entry and nothing is summed across tasks. The cuts lie at multiples of `panel_seam`,
// where Eigen's kernel has seams anyway (it takes 4 to 48 rows or columns at once, by type and processor, and
// the rest of a panel more slowly): so a panel costs little more than its part of the whole, and every entry
// has the same bits whether there are panels or not. With one thread there are none: each packs its operands
// anew.
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
  const bool by_rows = dst.rows() >= dst.cols();
  const Index length = by_rows ? dst.rows() : dst.cols();
  const auto panel = [&](Index at, Index n) {
    const Index r = by_rows ? at : 0, rows = by_rows ? n : dst.rows();
    const Index c = by_rows ? 0 : at, columns = by_rows ? dst.cols() : n;
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
  assign_product<Add>(call, dst, product);
}

}  // namespace detail

}  // namespace graph_runner
