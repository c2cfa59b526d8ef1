// sum_of(expr): the sum of all entries of a vector or array expression, such as `sum_of(x.square())`, which
// keeps its digits however long the axis is. Blocks are added as Eigen does, and their sums pairwise, those
// of floats in double: so the error is at most some 40 + log₂ n units of the last place of Σ |entry|, where
// adding all in one row makes up to n of them. It takes as long as Eigen's sum. Source: Higham, "The accuracy
// of floating point summation", SIAM Journal on Scientific Computing 14 (1993).
#pragma once

#include <Eigen/Core>
#include <algorithm>
#include <graph_runner/lanes.hpp>
#include <type_traits>

namespace graph_runner {

namespace detail {

template <class T>
inline constexpr Eigen::Index sum_block = std::max<Eigen::Index>(256, 32 * Lanes<T>::count);

template <class Wide, class E>
Wide pairwise_sum(const E& expr, Eigen::Index from, Eigen::Index size) {
  constexpr Eigen::Index block = sum_block<typename E::Scalar>;
  if (size <= block) return Wide(expr.segment(from, size).sum());
  const Eigen::Index half = (size / 2 + block - 1) / block * block;
  return pairwise_sum<Wide>(expr, from, half) + pairwise_sum<Wide>(expr, from + half, size - half);
}

}  // namespace detail

template <class E>
typename E::Scalar sum_of(const Eigen::DenseBase<E>& expr) {
  using T = typename E::Scalar;
  using Wide = std::conditional_t<std::is_same_v<T, float>, double, T>;
  if (expr.size() <= detail::sum_block<T>) return expr.sum();
  return T(detail::pairwise_sum<Wide>(expr.derived(), 0, expr.size()));
}

}  // namespace graph_runner
