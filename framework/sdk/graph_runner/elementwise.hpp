// Elementwise<Node, inputs>: what a node type derives from whose output has, at each place, the value of a
// formula of its inputs at that place. Its author writes `describe`, with inputs and one output of the shape
// "...", and the formula, generic in the number:
//
//   struct Softplus : Elementwise<Softplus> {
//     static void describe(Spec<Softplus>& s);
//     template <class T>
//     T operator()(T x) const { return select(x > 30, x, log1p(exp(x))); }
//   };
//
// forward evaluates it on many entries at once (lanes.hpp); backward on their duals, for the derivative by
// each input whose gradient is wanted: it costs about twice what forward costs, and stores nothing between
// them. A formula calls functions unqualified (`exp(x)`: those of Dual, dual.hpp), and instead of branching
// takes select(condition, a, b), which computes both; &&, || and ! combine conditions.
#pragma once

#include <cstddef>
#include <graph_runner/dual.hpp>
#include <graph_runner/lanes.hpp>
#include <graph_runner/views.hpp>
#include <graph_runner/written.hpp>
#include <stdexcept>
#include <utility>

namespace graph_runner {

namespace detail {

template <std::size_t, class V>
struct NthType {
  using type = V;
};
template <std::size_t I, class V>
using Nth = typename NthType<I, V>::type;

// to[i] = f(from[i]…), or to[i] += where `adds`, for n entries.
template <class T, class F, class... From>
void map_lanes(const Call& call, Eigen::Index n, T* to, bool adds, const F& f, const From*... from) {
  using L = Lanes<T>;
  const Eigen::Index panels = (n + panel_entries - 1) / panel_entries;
  call.parallel(panels, [&](Eigen::Index panel) {
    Eigen::Index i = panel * panel_entries;
    const Eigen::Index end = std::min(n, i + panel_entries);
    const auto step = [&](Eigen::Index entries) {  // once for whole lanes: twice as fast
      const L made = f(L::load(from + i, entries)...);
      (adds ? L::load(to + i, entries) + made : made).store(to + i, entries);
    };
    for (; i + L::count <= end; i += L::count) step(L::count);
    if (i < end) step(end - i);
  });
}

template <class Node, class Inputs>
class ElementwiseKernels;
template <class Node, std::size_t... I>
class ElementwiseKernels<Node, std::index_sequence<I...>> {
 public:
  template <class T>
  void forward(const Call& call, Nth<I, Flat<T>>... x, Out<Flat<T>> y) const {
    if (((x.size() != y.size()) || ...))
      throw std::logic_error("the inputs and the output of an elementwise node have one shape, \"...\"");
    map_lanes(
        call, y.size(), y.data(), false, [&](const Nth<I, Lanes<T>>&... lanes) { return value(lanes...); },
        x.data()...);
  }
  template <class T>
  void backward(const Call& call, Nth<I, Flat<T>>... x, Unread, Flat<T> dy,
                Nth<I, Grad<Flat<T>>>... dx) const {
    (add_gradient<I>(call, dx, dy, x...), ...);
  }

 private:
  template <class... T>
  auto value(const T&... x) const {
    static_assert(
        requires(const Node& node) { node(x...); },
        "an Elementwise<Node, inputs> has the formula `template <class T> T operator()(T x, ...) const`, of "
        "as "
        "many arguments as it has inputs");
    return static_cast<const Node&>(*this)(x...);
  }

  // dx += ∂formula/∂x_K dy.
  template <std::size_t K, class T, class... X>
  void add_gradient(const Call& call, Grad<Flat<T>>& dx, const Flat<T>& dy, const X&... x) const {
    dx.write([&](T* to, bool adds) {
      map_lanes(
          call, dy.size(), to, adds,
          [&](const Lanes<T>& g, const Nth<I, Lanes<T>>&... lanes) {
            return value(Dual<Lanes<T>>(lanes, I == K ? 1 : 0)...).tangent * g;
          },
          dy.data(), x.data()...);
    });
  }
};

}  // namespace detail

template <class Node, std::size_t inputs = 1>
class Elementwise : public detail::ElementwiseKernels<Node, std::make_index_sequence<inputs>> {};

}  // namespace graph_runner
