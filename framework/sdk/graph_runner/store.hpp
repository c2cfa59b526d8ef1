// dst = expr or dst += expr as Eigen does it, for assign.hpp.
#pragma once

#include <Eigen/Core>
#include <type_traits>

namespace graph_runner::detail {

// `add` is std::false_type where an output is assigned, and known when the kernel runs of a gradient.
template <class Add>
inline constexpr bool assigns = std::is_same_v<Add, std::false_type>;

// dst = expr or dst += expr, as Eigen does it; `to` is dst or dst.noalias().
template <class Dst, class To, class Expr, class Add>
EIGEN_ALWAYS_INLINE void store(Dst& dst, To&& to, const Expr& expr, Add add) {
  if constexpr (assigns<Add>) {
    to = expr;
  } else if constexpr (std::is_floating_point_v<typename Dst::Scalar>) {
    if (add)
      to += expr;
    else
      to = expr;
  } else {  // duals do without the second half: -0 + x is x, for all x
    if (!add) dst.setConstant(typename Dst::Scalar(-0.0));
    to += expr;
  }
}

}  // namespace graph_runner::detail
