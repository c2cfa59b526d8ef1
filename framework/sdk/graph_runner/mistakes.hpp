// What is wrong with a node type as it is written, told in one line before anything of it is compiled: no
// `forward`, one that is not const, one whose arguments cannot be those of any ports. What depends on the
// ports that `describe` declares is told when the plugin is loaded (arguments.hpp). Nothing here is for
// authors of nodes.
#pragma once

#include <cstddef>
#include <graph_runner/arguments.hpp>
#include <graph_runner/dual.hpp>
#include <graph_runner/spec.hpp>
#include <type_traits>

namespace graph_runner {

// The scalars that a node type's kernels support, where not all.
template <class... T>
struct Only {};

namespace detail {

template <class Node, class T>
constexpr bool supports() {
  if constexpr (requires { typename Node::Scalars; })
    return []<class... S>(Only<S...>) { return (std::is_same_v<S, T> || ...); }(typename Node::Scalars{});
  else
    return true;
}

template <class...>
inline constexpr bool never = false;

// Whether a node type has a member of a name, whatever it is: then it clashes with one of that name of
// another base.
struct NamesForward {
  int forward;
};
struct NamesBackward {
  int backward;
};
struct NamesDescribe {
  int describe;
};
template <class Node, class Names>
struct Clash : Node, Names {};
template <class Node>
concept names_forward = !requires {
  &Clash<Node, NamesForward>::forward;
};
template <class Node>
concept names_backward = !requires {
  &Clash<Node, NamesBackward>::backward;
};
template <class Node>
concept names_describe = !requires {
  &Clash<Node, NamesDescribe>::describe;
};

// The places of a kernel's arguments that are of a use: the first, behind the last, and how many.
struct Places {
  std::size_t first = 0, end = 0, count = 0;
};
template <class S>
constexpr Places places(Use a, Use b) {
  Places p{S::count, 0, 0};
  for (std::size_t i = 0; i < S::count; ++i)
    if (S::infos[i].use == a || S::infos[i].use == b) {
      if (!p.count++) p.first = i;
      p.end = i + 1;
    }
  return p;
}
template <class S>
constexpr std::size_t count_of(Use use) {
  return places<S>(use, use).count;
}

// What is true of both kernels; K is its name.
#define GRAPH_RUNNER_CHECK_KERNEL(K, Node, S, T)                                                       \
  if constexpr (!S::member)                                                                            \
    static_assert(never<Node>, K " must not be static: template <class T> void " K "(...) const");     \
  else if constexpr (!S::constant)                                                                     \
    static_assert(never<Node>, K " must be const: template <class T> void " K "(...) const");          \
  else if constexpr (S::returns)                                                                       \
    static_assert(never<Node>, K " returns nothing: template <class T> void " K "(...) const");        \
  else if constexpr (count_of<S>(Use::none) > 0)                                                       \
    static_assert(never<Node>,                                                                         \
                  "an argument of " K                                                                  \
                  " is no view: take Flat<T>, Rows<T>, Row<T>, Col<T>, "                               \
                  "Mat<T>, Scalar<T>, or Out<...>, Grad<...>, Many<...> of one, Unread, const Call&"); \
  else if constexpr (S::refers)                                                                        \
    static_assert(never<Node>, "an argument of " K                                                     \
                               " is a reference: take views, Out<...> and Grad<...> by "               \
                               "value");                                                               \
  else if constexpr (!S::template are_of<T>)                                                           \
    static_assert(never<Node>, "an argument of " K                                                     \
                               "<T> has numbers other than T: write Flat<T>, not "                     \
                               "Flat<float>");                                                         \
  else if constexpr (places<S>(Use::call, Use::call).end > 1)                                          \
  static_assert(never<Node>, "const Call& must be the first argument of " K)

template <class Node, class S>
constexpr void check_forward_arguments() {
  constexpr Places reads = places<S>(Use::read, Use::read), writes = places<S>(Use::write, Use::write);
  if constexpr (count_of<S>(Use::add) > 0)
    static_assert(never<Node>, "Grad<...> is for backward: an output of forward is Out<...>");
  else if constexpr (count_of<S>(Use::unread) > 0)
    static_assert(never<Node>, "Unread is for backward: forward takes a view of each input and parameter");
  else if constexpr (writes.count == 0)
    static_assert(never<Node>, "forward has no output: the argument of an output port is Out<...>");
  else if constexpr (reads.count > 0 && reads.end > writes.first)
    static_assert(never<Node>,
                  "forward takes inputs and parameters before outputs, as describe declares them");
}

// `F` is the signature of forward, whose arguments stand for all ports.
template <class Node, class F, class S>
constexpr void check_backward_arguments() {
  constexpr Places reads = places<S>(Use::read, Use::unread), adds = places<S>(Use::add, Use::add);
  constexpr std::size_t inputs = count_of<F>(Use::read), outputs = count_of<F>(Use::write);
  if constexpr (count_of<S>(Use::write) > 0)
    static_assert(never<Node>, "Out<...> is for forward: backward adds to Grad<...>");
  else if constexpr (reads.count > 0 && adds.count > 0 && reads.end > adds.first)
    static_assert(never<Node>,
                  "backward takes what it reads before Grad<...>, as describe declares the ports");
  else if constexpr (reads.count < inputs + outputs)
    static_assert(never<Node>,
                  "backward takes too few arguments: first all ports of forward, outputs too, each "
                  "a view or Unread; then the gradient of each output; then Grad<...>");
  else if constexpr (reads.count == inputs + outputs && adds.count > 0)
    static_assert(never<Node>,
                  "backward takes too few arguments: between the ports of forward and Grad<...> comes "
                  "the gradient of each output, a view");
  else if constexpr (reads.count > inputs + 2 * outputs)
    static_assert(never<Node>,
                  "backward takes too many arguments: all ports of forward, then the gradient of "
                  "each output, then Grad<...> of each input and parameter");
  else if constexpr (adds.count > inputs)
    static_assert(never<Node>,
                  "backward takes too many Grad<...>: one of each input and parameter of forward");
  else if constexpr (adds.count == 0)
    static_assert(never<Node>,
                  "backward has no Grad<...> of any input or parameter: leave backward out where no "
                  "gradient passes");
}

template <class Node, class T>
constexpr void check_kernels() {
  if constexpr (!supports<Node, T>()) {
  } else if constexpr (!names_forward<Node>) {
    static_assert(never<Node>, "forward is missing: template <class T> void forward(...) const");
  } else if constexpr (!requires { &Node::template forward<T>; }) {
    if constexpr (requires { &Node::forward; })
      static_assert(never<Node>, "forward must be a template: template <class T> void forward(...) const");
    else
      static_assert(never<Node>,
                    "a node type has one forward, public: template <class T> void forward(...) const");
  } else {
    using Forward = Signature<decltype(&Node::template forward<T>)>;
    GRAPH_RUNNER_CHECK_KERNEL("forward", Node, Forward, T);
    else check_forward_arguments<Node, Forward>();
    if constexpr (!names_backward<Node>) {
    } else if constexpr (!requires { &Node::template backward<T>; }) {
      if constexpr (requires { &Node::backward; })
        static_assert(never<Node>,
                      "backward must be a template: template <class T> void backward(...) const");
      else
        static_assert(never<Node>,
                      "a node type has one backward, public: template <class T> void backward(...) const");
    } else if constexpr (Forward::member) {
      using Backward = Signature<decltype(&Node::template backward<T>)>;
      GRAPH_RUNNER_CHECK_KERNEL("backward", Node, Backward, T);
      else check_backward_arguments<Node, Forward, Backward>();
    }
  }
}
#undef GRAPH_RUNNER_CHECK_KERNEL

// To be instantiated is to be checked.
template <class Node>
constexpr bool check() {
  static_assert(!std::is_final_v<Node>, "a node type is a struct that is not final");
  if constexpr (!std::is_default_constructible_v<Node>)
    static_assert(never<Node>, "a node type is made without arguments: give every attribute a default");
  else if constexpr (!names_describe<Node>)
    static_assert(never<Node>, "describe is missing: static void describe(Spec<...>& s), of the node type");
  else if constexpr (!requires(Spec<Node> & s) { Node::describe(s); }) {
    if constexpr (std::is_member_function_pointer_v<decltype(&Node::describe)>)
      static_assert(never<Node>, "describe must be static: static void describe(Spec<...>& s)");
    else
      static_assert(never<Node>, "describe must take Spec<...>& of its own node type, and be public");
  } else {
    check_kernels<Node, float>();
    check_kernels<Node, double>();
    check_kernels<Node, Dual<double>>();
  }
  return true;
}

}  // namespace detail

}  // namespace graph_runner
