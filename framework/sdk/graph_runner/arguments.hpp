// The arguments of a C++ kernel: how each is made from a call, and whether they are those that `describe`
// declares.
#pragma once

#include <graph_runner/abi.h>

#include <cstring>
#include <graph_runner/views.hpp>
#include <stdexcept>
#include <string>
#include <tuple>
#include <type_traits>
#include <vector>

namespace graph_runner::detail {

// How one kernel argument is made: `values` are read by role, in declared order.
enum class Use { read, write, add, unread, call };
template <class A>
struct Argument {
  static constexpr Use use = Use::read;
  using View = A;
  static constexpr bool many = false;
};
template <class V>
struct Argument<Many<V>> : Argument<V> {
  static constexpr bool many = true;
};
template <class V>
struct Argument<Out<V>> : Argument<V> {
  static constexpr Use use = Use::write;
};
template <class V>
struct Argument<Grad<V>> : Argument<V> {
  static constexpr Use use = Use::add;
};
template <>
struct Argument<Unread> : Argument<Flat<double>> {
  static constexpr Use use = Use::unread;
};
template <>
struct Argument<Call> : Argument<Flat<double>> {
  static constexpr Use use = Use::call;
};

template <class M>
struct Signature;
template <class Node, class... A>
struct Signature<void (Node::*)(A...) const> {
  using Arguments = std::tuple<std::remove_cv_t<std::remove_reference_t<A>>...>;
};

// What matters of an argument when it is compared with a port.
struct ArgumentInfo {
  Use use;
  bool many;
  int least_rank, most_rank;
  const char* kind;
};
template <class A>
ArgumentInfo info_of() {
  return {A::use, A::many, A::View::least_rank, A::View::most_rank, A::View::kind};
}
template <class Arguments>
std::vector<ArgumentInfo> infos_of() {
  return []<std::size_t... I>(std::index_sequence<I...>) {
    return std::vector<ArgumentInfo>{info_of<Argument<std::tuple_element_t<I, Arguments>>>()...};
  }
  (std::make_index_sequence<std::tuple_size_v<Arguments>>{});
}

// Where an argument comes from: a class of tensors of the call, and the index among the declared ones;
// `after_many` where a port that takes many stands before it, which shifts the index.
struct Source {
  enum { call, value, output_gradient, gradient } from = value;
  std::size_t index = 0;
  bool after_many = false;
};

// Whether every tensor of a shape pattern has a rank that the view takes.
inline bool fits(const char* pattern, const ArgumentInfo& argument) {
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
inline std::vector<Expected> expected_arguments(Kernel kernel, const std::vector<gr_port*>& ports) {
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
inline std::vector<Source> match_arguments(Kernel kernel, const std::vector<ArgumentInfo>& arguments,
                                           const std::vector<gr_port*>& ports) {
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
