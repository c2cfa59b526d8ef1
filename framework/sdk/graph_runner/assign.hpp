// How Out and Grad (views.hpp) store an expression: dst = expr or dst += expr, products without temporaries,
// and large ones in panels that several threads may share. What is stored is compiled once for both, and for
// as few types of expressions as can be: most of the time that a plugin takes to compile passes here.
#pragma once

#include <graph_runner/abi.h>

#include <Eigen/Core>
#include <graph_runner/assign_product.hpp>
#include <graph_runner/entries.hpp>
#include <graph_runner/store.hpp>
#include <type_traits>

namespace graph_runner::detail {

template <class E>
inline constexpr bool is_dense = std::is_base_of_v<Eigen::DenseBase<E>, E>;
template <class E>
inline constexpr bool is_array = std::is_base_of_v<Eigen::ArrayBase<E>, E>;

template <class Dst, class Expr, class Add>
void assign(const gr_call& call, Dst& dst, const Expr& expr, Add add) {
  if constexpr (is_entrywise<Dst, Expr>)
    assign_entries(call, dst, expr, add);
  else
    store(dst, dst, expr, add);
}
template <class Dst, class L, class R, int option, class Add>
void assign(const gr_call& call, Dst& dst, const Eigen::Product<L, R, option>& product, Add add) {
  if constexpr (is_dense<L> && is_dense<R>)
    assign_product(call, dst, product, add);
  else if constexpr (!assigns<Add> && int(option) == int(Eigen::AliasFreeProduct))
    store(dst, dst, product.eval(), add);  // of a permutation, whose product Eigen cannot add
  else
    store(dst, dst.noalias(), product, add);
}

// The same of any expression: arrays and matrices of one shape, and what has entries without being dense,
// such as a diagonal or a triangle.
template <class Dst, class Expr, class Add>
void assign_any(const gr_call& call, Dst& dst, const Expr& expr, Add add) {
  if constexpr (is_array<Dst> && !is_array<Expr>) {
    auto matrix = dst.matrix();
    assign(call, matrix, expr, add);
  } else if constexpr (!is_array<Dst> && is_array<Expr>) {
    auto array = dst.array();
    assign(call, array, expr, add);
  } else {
    assign(call, dst, expr, add);
  }
}

}  // namespace graph_runner::detail
