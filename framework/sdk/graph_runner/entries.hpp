// dst = expr or dst += expr where the entries of both are numbered alike, for assign.hpp: by a loop over
// Eigen's evaluators, without the rest of what Eigen instantiates for an assignment, which takes as long to
// compile as the expression itself. Each entry has the bits that Eigen's own loop gives it.
#pragma once

#include <graph_runner/abi.h>

#include <Eigen/Core>
#include <algorithm>
#include <memory>
#include <type_traits>

namespace graph_runner::detail {

inline constexpr Eigen::Index panel_entries = 1 << 16;

// body(0 … panels - 1), on several threads where there are some.
template <class Body>
void run_panels(const gr_call& call, Eigen::Index panels, Body&& body) {
  using Plain = std::remove_reference_t<Body>;
  call.parallel(
      call.pool, static_cast<std::size_t>(panels),
      [](void* context, std::size_t i) { (*static_cast<Plain*>(context))(static_cast<Eigen::Index>(i)); },
      const_cast<void*>(static_cast<const void*>(std::addressof(body))));
}

template <class Dst, class Expr>
constexpr bool has_entries_of() {
  using namespace Eigen::internal;
  if constexpr (!std::is_base_of_v<Eigen::DenseBase<Expr>, Expr>)
    return false;
  else if constexpr (!std::is_same_v<typename Dst::Scalar, typename Expr::Scalar>)
    return false;
  else {
    constexpr int to = evaluator<Dst>::Flags, from = evaluator<Expr>::Flags;
    constexpr bool vectors = Dst::IsVectorAtCompileTime && Expr::IsVectorAtCompileTime;
    constexpr bool sizes = vectors || (int(Dst::RowsAtCompileTime) == int(Expr::RowsAtCompileTime) &&
                                       int(Dst::ColsAtCompileTime) == int(Expr::ColsAtCompileTime) &&
                                       !((to ^ from) & Eigen::RowMajorBit));
    // Eigen evaluates some expressions as a whole first: products within sums, inverses.
    constexpr bool whole = evaluator_assume_aliasing<Expr>::value ||
                           std::is_base_of_v<evaluator<typename Expr::PlainObject>, evaluator<Expr>>;
    return sizes && !whole && (to & from & Eigen::LinearAccessBit) && (to & Eigen::DirectAccessBit);
  }
}
template <class Dst, class Expr>
inline constexpr bool is_entrywise = has_entries_of<Dst, Expr>();

// Entries at … end - 1. `to` is aligned for a vector at `at`.
template <bool add, class T, class From>
EIGEN_ALWAYS_INLINE void loop_over_entries(T* to, const From& from, Eigen::Index at, Eigen::Index end) {
  using namespace Eigen::internal;
  using Packet = typename packet_traits<T>::type;
  if constexpr (packet_traits<T>::Vectorizable && (int(From::Flags) & Eigen::PacketAccessBit)) {
    constexpr Eigen::Index lanes = packet_traits<T>::size;
    for (; at + lanes <= end; at += lanes) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wignored-attributes"  // Packet may alias, and an argument loses that
      const Packet entries = from.template packet<Eigen::Unaligned, Packet>(at);
#pragma GCC diagnostic pop
      pstore(to + at, add ? padd(pload<Packet>(to + at), entries) : entries);
    }
  }
  for (; at < end; ++at)
    if constexpr (add)
      to[at] += from.coeff(at);
    else
      to[at] = from.coeff(at);
}
template <class T, class Expr, class Add>
void assign_range(T* to, const Expr& expr, Eigen::Index at, Eigen::Index end, Add add) {
  const Eigen::internal::evaluator<Expr> from(expr);
  if constexpr (!std::is_same_v<Add, std::false_type>)
    if (add) return loop_over_entries<true>(to, from, at, end);
  loop_over_entries<false>(to, from, at, end);
}

template <class Dst, class Expr, class Add>
void assign_entries(const gr_call& call, Dst& dst, const Expr& expr, Add add) {
  using Eigen::Index;
  eigen_assert(dst.rows() * dst.cols() == expr.rows() * expr.cols() && "the shapes differ");
  auto* to = dst.data();
  const Index n = dst.size();
  const bool cut =
      Dst::IsVectorAtCompileTime && std::is_base_of_v<Eigen::ArrayBase<Expr>, Expr> && n >= 2 * panel_entries;
  const Index panels = cut ? (n + panel_entries - 1) / panel_entries : 1;
  const auto panel = [&](Index i) {
    assign_range(to, expr, i * panel_entries, cut ? std::min(n, (i + 1) * panel_entries) : n, add);
  };
  if (panels == 1) return panel(0);
  run_panels(call, panels, panel);
}

}  // namespace graph_runner::detail
