// dst = A B or dst += A B for assign.hpp. Whatever A and B are, their product is one of four functions a
// scalar, by the layouts of A and B: other operands are brought into memory first, as Eigen does too.
#pragma once

#include <graph_runner/abi.h>

#include <Eigen/Core>
#include <algorithm>
#include <graph_runner/entries.hpp>
#include <graph_runner/product.hpp>
#include <graph_runner/store.hpp>
#include <type_traits>

namespace graph_runner::detail {

// A product of at least two panels' worth of multiply-adds is cut into panels of its destination, so that no
// two tasks write one entry and nothing is summed across tasks. The cuts lie at multiples of `panel_seam`,
// where the kernels of product.hpp and of Eigen have seams anyway (they take 4 to 48 rows or columns at once,
// by type and processor, and the rest of a panel more slowly): so a panel costs little more than its part of
// the whole, and every entry has the same bits whether there are panels or not. With one thread there are
// none: each packs its operands anew.
inline constexpr double panel_work = 4e6;
inline constexpr Eigen::Index panel_seam = 48;

// panel(row, rows, column, columns) for all panels of a destination.
template <class Panel>
void for_panels(const gr_call& call, Eigen::Index m, Eigen::Index n, Eigen::Index k, const Panel& panel) {
  using Eigen::Index;
  const bool by_rows = m >= n;
  const Index length = by_rows ? m : n;
  const auto part = [&](Index at, Index size) {
    by_rows ? panel(at, size, Index(0), n) : panel(Index(0), m, at, size);
  };
  const double work = double(m) * double(n) * double(k);
  const Index seams = (length + panel_seam - 1) / panel_seam,
              panels = std::min(static_cast<Index>(std::min(work / panel_work, 8.0)), seams / 2);
  if (!call.pool || panels < 2) return part(0, length);
  run_panels(call, panels, [&](Index i) {
    const Index from = seams * i / panels * panel_seam,
                to = std::min(length, seams * (i + 1) / panels * panel_seam);
    part(from, to - from);
  });
}

template <class E>
inline constexpr bool lies_in_memory = (int(E::Flags) & Eigen::DirectAccessBit) != 0;
template <class E>
auto strided(const E& e) {
  return Strided<const typename E::Scalar>{e.data(), e.rowStride(), e.colStride()};
}

// A matrix in memory whose layout alone is part of its type.
template <class T, int layout>
using Plain = Eigen::Map<const Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, layout>, Eigen::Unaligned,
                         Eigen::OuterStride<>>;

template <class Dst, class L, class R, class Add>
void multiply_matrices(const gr_call& call, Dst& dst, const L& lhs, const R& rhs, Add add) {
  using Eigen::Index;
  using T = typename Dst::Scalar;
  const Index k = lhs.cols();
  if (k == 1) {  // an outer product: one pass over dst, without the packing of a general product
    for (Index i = 0; i < dst.rows(); ++i) {
      auto row = dst.row(i);
      store(row, row, lhs.coeff(i, 0) * rhs.row(0), add);
    }
    return;
  }
  bool own = false;  // decided for the whole, so that all panels are summed alike
  constexpr bool may_be_own =
      own_products && !Dst::IsVectorAtCompileTime && lies_in_memory<L> && lies_in_memory<R>;
  if constexpr (may_be_own) own = worth_packing(strided(lhs), strided(rhs), dst.rows(), dst.cols(), k);
  for_panels(call, dst.rows(), dst.cols(), k, [&](Index r, Index rows, Index c, Index columns) {
    if constexpr (may_be_own)
      if (own)
        return multiply(strided(lhs).from(r, 0), strided(rhs).from(0, c), {&dst(r, c), dst.rowStride(), 1},
                        rows, columns, k, add);
    auto to = dst.block(r, c, rows, columns);
    // Eigen sums small products entry by entry, and adds large ones to zeros.
    const bool small = k > 0 && k + rows + columns < EIGEN_GEMM_TO_COEFFBASED_THRESHOLD;
    if (!add) to.setConstant(small ? -T(0) : T(0));
    to.noalias() += lhs.middleRows(r, rows) * rhs.middleCols(c, columns);
  });
}

// Of duals, which are no numbers that processors multiply: sums in order, along rows.
template <class T>
void multiply_in_order(Strided<const T> a, Strided<const T> b, Strided<std::type_identity_t<T>> c,
                       Eigen::Index m, Eigen::Index n, Eigen::Index k, bool add) {
  for (Eigen::Index i = 0; i < m; ++i) {
    if (!add)
      for (Eigen::Index j = 0; j < n; ++j) *c.at(i, j) = T(0);
    if (b.column_stride == 1)
      for (Eigen::Index l = 0; l < k; ++l)
        for (Eigen::Index j = 0; j < n; ++j) *c.at(i, j) += *a.at(i, l) * *b.at(l, j);
    else
      for (Eigen::Index j = 0; j < n; ++j) {
        T sum(0);
        for (Eigen::Index l = 0; l < k; ++l) sum += *a.at(i, l) * *b.at(l, j);
        *c.at(i, j) += sum;
      }
  }
}

template <class E>
inline constexpr bool is_vector = E::IsVectorAtCompileTime != 0;

// An operand in memory: as it lies there, or computed. Eigen looks through scalar factors itself.
template <class E>
decltype(auto) operand(const E& e) {
  using T = typename E::Scalar;
  if constexpr (lies_in_memory<E> && int(E::InnerStrideAtCompileTime) == 1 && !is_vector<E>)
    return Plain < T, int(E::IsRowMajor) ? Eigen::RowMajor
                                         : Eigen::ColMajor > (e.data(), e.rows(), e.cols(),
                                                              Eigen::OuterStride<>(e.outerStride()));
  else if constexpr (lies_in_memory<E> ||
                     (Eigen::internal::blas_traits<E>::HasUsableDirectAccess && std::is_floating_point_v<T>))
    return (e);
  else
    return typename E::PlainObject(e);
}

template <class Dst, class L, class R, int option, class Add>
void assign_product(const gr_call& call, Dst& dst, const Eigen::Product<L, R, option>& product, Add add) {
  decltype(auto) lhs = operand(product.lhs());
  decltype(auto) rhs = operand(product.rhs());
  if constexpr (std::is_floating_point_v<typename Dst::Scalar>)
    multiply_matrices(call, dst, lhs, rhs, add);
  else
    for_panels(call, dst.rows(), dst.cols(), lhs.cols(),
               [&](Eigen::Index r, Eigen::Index rows, Eigen::Index c, Eigen::Index columns) {
                 multiply_in_order(strided(lhs).from(r, 0), strided(rhs).from(0, c),
                                   {&dst(r, c), dst.rowStride(), dst.colStride()}, rows, columns, lhs.cols(),
                                   add);
               });
}

}  // namespace graph_runner::detail

namespace graph_runner {

// C = A B or C += A B, on this thread: for a kernel that shares its work among threads itself, by
// `Call::parallel`. C is a block of what it writes.
template <class C, class A, class B>
void multiply(C c, const A& a, const B& b, bool add = false) {
  const gr_call alone{};
  detail::assign_product(alone, c, a * b, add);
}

}  // namespace graph_runner
