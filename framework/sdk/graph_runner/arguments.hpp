// The arguments of a C++ kernel: how each is made from a call, and whether they are those that `describe`
// declares.
#pragma once

#include <graph_runner/abi.h>

#include <cstring>
#include <graph_runner/views.hpp>
#include <graph_runner/written.hpp>
#include <span>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

namespace graph_runner::detail {

// How one kernel argument is made: `values` are read by role, in declared order.
enum class Use { none, read, write, add, unread, call };

// What matters of an argument when it is compared with a port.
struct ArgumentInfo {
  Use use;
  bool many;
  int least_rank, most_rank;
  const char* kind;
};

template <class A>
struct Argument {  // none that a kernel may have
  static constexpr ArgumentInfo info{Use::none, false, 0, 0, ""};
  using Number = void;
};
template <class A>
requires requires { A::least_rank; }
struct Argument<A> {
  static constexpr ArgumentInfo info{Use::read, false, A::least_rank, A::most_rank, A::kind};
  using View = A;
  using Number = typename A::Plain::Scalar;
};
constexpr ArgumentInfo with(ArgumentInfo info, Use use, bool many) {
  return {info.use == Use::none ? Use::none : use, many, info.least_rank, info.most_rank, info.kind};
}
template <class V>
struct Argument<Many<V>> : Argument<V> {
  static constexpr ArgumentInfo info = with(Argument<V>::info, Use::read, true);
};
template <class V>
struct Argument<Out<V>> : Argument<V> {
  static constexpr ArgumentInfo info = with(Argument<V>::info, Use::write, false);
};
template <class V>
struct Argument<Grad<V>> : Argument<V> {
  static constexpr ArgumentInfo info = with(Argument<V>::info, Use::add, Argument<V>::info.many);
};
template <>
struct Argument<Unread> {
  static constexpr ArgumentInfo info{Use::unread, false, 0, 0, ""};
  using Number = void;
};
template <>
struct Argument<Call> {
  static constexpr ArgumentInfo info{Use::call, false, 0, 0, ""};
  using Number = void;
};

// The type of a kernel: that of a member function, which is const and returns nothing.
template <class M>
struct Signature {
  static constexpr bool member = false;
};
template <class R, class Node, class... A, bool quiet>
struct Signature<R (Node::*)(A...) noexcept(quiet)> {
  static constexpr bool member = true, constant = false;
};
template <class R, class Node, class... A, bool quiet>
struct Signature<R (Node::*)(A...) const noexcept(quiet)> {
  static constexpr bool member = true, constant = true, returns = !std::is_void_v<R>;
  static constexpr std::size_t count = sizeof...(A);
  static constexpr ArgumentInfo infos[count + 1] = {Argument<std::remove_cvref_t<A>>::info...};
  // Whether all that have numbers have these, and whether one that is written is a reference.
  template <class T>
  static constexpr bool are_of =
      ((std::is_void_v<typename Argument<std::remove_cvref_t<A>>::Number> ||
        std::is_same_v<typename Argument<std::remove_cvref_t<A>>::Number, T>)&&...);
  static constexpr bool refers =
      ((std::is_lvalue_reference_v<A> && !std::is_const_v<std::remove_reference_t<A>>) || ...);
};

// Where an argument comes from: a class of tensors of the call, and the index among the declared ones;
// `after_many` where a port that takes many stands before it, which shifts the index.
struct Source {
  enum { call, value, output_gradient, gradient } from = value;
  std::size_t index = 0;
  bool after_many = false;
};

// Whether every tensor of a shape pattern has a rank that the view takes.
[[gnu::cold]] inline bool fits(const char* pattern, const ArgumentInfo& argument) {
  int axes = 0;
  bool any = false;
  for (const char* c = pattern; *c;) {
    while (*c == ' ') ++c;
    const char* start = c;
    while (*c && *c != ' ') ++c;
    if ((c - start == 3 && std::strncmp(start, "...", 3) == 0) || (c - start == 1 && *start == '*'))
      any = true;
    else if (c != start)
      ++axes;
  }
  return axes >= argument.least_rank &&
         (any ? argument.most_rank == GR_MAX_RANK : axes <= argument.most_rank);
}

enum class Kernel { forward, backward };

// An argument that a kernel has to take.
struct Expected {
  Source source;
  gr_port* port;
  Use use;

  std::string name() const {
    return (source.from == Source::value ? "port '" : "the gradient of port '") + std::string(port->name) +
           "'";
  }
};

// In order: the values of all ports; of backward, the gradients of outputs, and those that it adds to.
[[gnu::cold]] inline std::vector<Expected> expected_arguments(Kernel kernel,
                                                              std::span<gr_port* const> ports) {
  std::vector<Expected> expected;
  bool after_many = false;
  for (std::size_t i = 0; i < ports.size(); ++i) {
    const bool written = kernel == Kernel::forward && ports[i]->role >= GR_OUTPUT;
    expected.push_back({{Source::value, i, after_many}, ports[i], written ? Use::write : Use::read});
    after_many = after_many || (ports[i]->flags & GR_MANY);
  }
  if (kernel == Kernel::forward) return expected;
  std::size_t output = 0;
  for (gr_port* port : ports) {
    if (port->role != GR_OUTPUT) continue;
    if (!(port->flags & GR_DISCRETE))
      expected.push_back({{Source::output_gradient, output, false}, port, Use::read});
    ++output;
  }
  for (std::size_t i = 0; i < ports.size(); ++i)
    if (ports[i]->role <= GR_PARAMETER && !(ports[i]->flags & GR_DISCRETE))
      expected.push_back({{Source::gradient, i, expected[i].source.after_many}, ports[i], Use::add});
  return expected;
}

// Compares a kernel's arguments with the ports that `describe` declares and says where each comes from. Marks
// the ports that backward does not read. Throws std::logic_error, naming the port.
[[gnu::cold]] inline std::vector<Source> match_arguments(Kernel kernel,
                                                         std::span<const ArgumentInfo> arguments,
                                                         std::span<gr_port* const> ports) {
  const std::vector<Expected> expected = expected_arguments(kernel, ports);
  const auto fail = [&](const std::string& what) {
    throw std::logic_error((kernel == Kernel::forward ? "forward: " : "backward: ") + what);
  };
  std::vector<Source> sources;
  std::size_t at = 0;
  for (const ArgumentInfo& a : arguments) {
    if (a.use == Use::call) {
      if (!sources.empty()) fail("`const Call&` must be the first argument");
      sources.push_back({Source::call, 0, false});
      continue;
    }
    if (at == expected.size())
      fail("takes more arguments than the " + std::to_string(at) + " that describe() declares");
    const Expected& e = expected[at++];
    const std::string what = "argument " + std::to_string(at) + ", " + e.name() + ", ";
    const bool may_be_unread = kernel == Kernel::backward && e.source.from == Source::value;
    if (a.use == Use::unread && may_be_unread) {
      e.port->flags |= GR_UNREAD;
    } else if (a.use != e.use) {
      fail(what + "should be " +
           (e.use == Use::add     ? "Grad<…>"
            : e.use == Use::write ? "Out<…>"
            : may_be_unread       ? "a view or Unread"
                                  : "a view"));
    } else if (a.many != ((e.port->flags & GR_MANY) && e.source.from != Source::output_gradient)) {
      fail(what + (a.many ? "takes one tensor, not Many<…>" : "takes Many<…>"));
    } else if (!fits(e.port->shape, a)) {
      fail(what + "of shape \"" + e.port->shape + "\" does not fit " + a.kind);
    }
    sources.push_back(e.source);
  }
  if (at < expected.size())
    fail("takes " + std::to_string(at) + " arguments but describe() declares " +
         std::to_string(expected.size()) + "; the first one missing is " + expected[at].name());
  return sources;
}

}  // namespace graph_runner::detail
