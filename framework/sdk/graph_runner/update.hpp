// Update<Node, states>: what an optimizer derives from, a node type that takes a parameter and its gradient a
// step on. Its author writes `describe`, with the ports that every optimizer has (nodes/README.md), and the
// rule for one entry, generic in the number:
//
//   struct Momentum : Update<Momentum, 1> {
//     double momentum = 0.9;
//     static void describe(Spec<Momentum>& s);  // parameter, gradient, rate, step, velocity; next_parameter,
//     … auto rule(double rate, double step) const {
//       return [=, *this](auto& p, auto g, auto& velocity) {
//         velocity = momentum * velocity + g;
//         p = p - rate * velocity;
//       };
//     }
//   };
//
// What `rule` works out before it returns is done once a call, in double; what it returns is called for many
// entries at once (lanes.hpp), and changes the parameter and the states, in the order of the ports. It calls
// functions unqualified (`sqrt(v)`) and takes select(condition, a, b) instead of branching on entries.
#pragma once

#include <cstddef>
#include <graph_runner/elementwise.hpp>
#include <graph_runner/plugin.hpp>
#include <tuple>
#include <utility>

namespace graph_runner {

namespace detail {

template <class Node, class States>
class UpdateKernel;
template <class Node, std::size_t... I>
class UpdateKernel<Node, std::index_sequence<I...>> {
 public:
  using Scalars = Only<float, double>;

  template <class T>
  void forward(Flat<T> parameter, Flat<T> gradient, Scalar<T> rate, Scalar<T> step, Nth<I, Flat<T>>... state,
               Out<Flat<T>> next_parameter, Nth<I, Out<Flat<T>>>... next) const {
    walk<T>(static_cast<const Node&>(*this).rule(double(T(rate)), double(T(step))), parameter.size(),
            parameter.data(), gradient.data(), next_parameter.data(), state.data()..., next.data()...);
  }

 private:
  // Its pointers are its own, not those of views that a store might change: so they stay in registers.
  template <class T, class Rule>
  static void walk(const Rule& rule, Eigen::Index n, const T* parameter, const T* gradient, T* next_parameter,
                   Nth<I, const T*>... state, Nth<I, T*>... next) {
    using L = Lanes<T>;
    const auto apply = [&](Eigen::Index i, Eigen::Index entries) {
      L p = L::load(parameter + i, entries);
      std::tuple<Nth<I, L>...> s{L::load(state + i, entries)...};
      rule(p, L::load(gradient + i, entries), std::get<I>(s)...);
      p.store(next_parameter + i, entries);
      (std::get<I>(s).store(next + i, entries), ...);
    };
    Eigen::Index i = 0;
    for (; i + L::count <= n; i += L::count) apply(i, L::count);
    if (i < n) apply(i, n - i);
  }
};

}  // namespace detail

template <class Node, std::size_t states>
class Update : public detail::UpdateKernel<Node, std::make_index_sequence<states>> {};

}  // namespace graph_runner
