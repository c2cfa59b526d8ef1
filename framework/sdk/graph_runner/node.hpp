// The C++ face of abi.h: everything a node plugin includes. A node type is a default-constructible struct
// with its attributes as members and
//
//   static void describe(Spec<Node>& s);                     // attributes and ports
//   template <class T> void forward(…) const;                // T is float, double or Dual<double>
//   template <class T> void backward(…) const;               // leave out where no gradient passes
//   void shapes(Shapes& s) const;                            // only where a pattern cannot say the shape
//   using Scalars = Only<float, double>;                     // only where the kernels cannot run on duals
//
// and one line at the end of the file, GRAPH_RUNNER_NODE(Node), which must match the plugin's file name.
// `forward` takes the inputs, parameters, outputs and saved outputs in declared order: a view (views.hpp) of
// each input and parameter, Out<view> of each output. `backward` takes views of all of these, or Unread, then
// a view of the gradient of each output, then Grad<view> of each input and parameter; discrete ports have no
// gradient and are left out there. Either may take `const Call&` first. An exception thrown by any of them
// becomes the run's error message.
#pragma once

#include <graph_runner/abi.h>

#include <array>
#include <cstdio>
#include <cstring>
#include <exception>
#include <graph_runner/spec.hpp>
#include <graph_runner/views.hpp>
#include <memory>
#include <stdexcept>
#include <string>
#include <tuple>
#include <type_traits>

namespace graph_runner {

// The scalars that a node type's kernels support, where not all.
template <class... T>
struct Only {};

namespace detail {

inline void report(char* error, std::size_t size, const char* text) {
  if (error && size) std::snprintf(error, size, "%s", text);
}
// Runs body(), turning an exception into a status and a message.
template <class Body>
gr_status guarded(char* error, std::size_t size, gr_status failure, Body&& body) {
  try {
    body();
    return GR_OK;
  } catch (const std::exception& e) {
    report(error, size, e.what());
  } catch (...) {
    report(error, size, "an exception that is not a std::exception");
  }
  return failure;
}

template <class T>
inline constexpr gr_scalar scalar_of = std::is_same_v<T, float>    ? GR_FLOAT
                                       : std::is_same_v<T, double> ? GR_DOUBLE
                                                                   : GR_DUAL;

template <class Node, class T>
constexpr bool supports() {
  if constexpr (requires { typename Node::Scalars; })
    return []<class... S>(Only<S...>) { return (std::is_same_v<S, T> || ...); }(typename Node::Scalars{});
  else
    return true;
}

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

}  // namespace detail

// The tables and entry points of one node type. One instance a plugin, made at its first use and never
// destroyed.
template <class Node>
class PluginTable {
 public:
  static const gr_plugin* get(const char* name, char* error, std::size_t error_size) {
    const gr_plugin* made = nullptr;
    detail::guarded(error, error_size, GR_REFUSED, [&] {
      static PluginTable* table =
          new PluginTable(name);  // reachable until exit: the host keeps pointers into it
      made = &table->plugin_;
    });
    return made;
  }

 private:
  template <class T>
  static constexpr bool has_backward = requires {
    &Node::template backward<T>;
  };

  // Where each argument of a kernel comes from: the class of tensor and its index among the declared ones.
  struct Source {
    enum { call, value, output_gradient, gradient } from = value;
    std::size_t index = 0;
    bool after_many = false;
  };

  explicit PluginTable(const char* name) {
    Node::describe(spec_);
    for (auto& a : spec_.attributes_) finish(a);
    gr_role last = GR_INPUT;
    for (auto& p : spec_.ports_) {
      p.c.size = sizeof(gr_port);
      if (p.c.role == GR_PARAMETER) p.c.init = &p.init;
      if (p.c.role < last)
        throw std::logic_error(std::string("port '") + p.c.name +
                               "' is declared out of order: inputs, parameters, outputs, saved outputs");
      last = p.c.role;
      if (p.c.flags & GR_MANY) many_ = ports_.size();
      ports_.push_back(&p.c);
    }
    instance() = this;
    type_.size = sizeof(gr_type);
    type_.name = name;
    type_.doc = spec_.doc_;
    type_.attributes = attributes_.data();
    type_.attribute_count = attributes_.size();
    type_.ports = ports_.data();
    type_.port_count = ports_.size();
    type_.create = create;
    type_.destroy = [](void* node) { delete static_cast<Node*>(node); };
    if constexpr (requires(const Node& n, Shapes& s) { n.shapes(s); }) type_.shapes = shapes;
    if constexpr (requires(const Node& n, const gr_call& c) { n.scratch(c); })
      type_.scratch = [](const void* node, const gr_call* c) -> std::size_t {
        return static_cast<const Node*>(node)->scratch(*c);
      };
    add_scalar<float>();
    add_scalar<double>();
    add_scalar<Dual<double>>();
    type_.forward = run<false>;
    if constexpr (has_backward<double>) type_.backward = run<true>;
    types_[0] = &type_;
    plugin_ = {sizeof(gr_plugin), GR_MAGIC, GR_ABI_MAJOR, GR_ABI_MINOR, types_, 1};
  }

  void finish(detail::AttributeEntry& a) {
    for (const auto& t : a.texts) a.text_pointers.push_back(t.c_str());
    const std::size_t count = a.ints.size() + a.reals.size() + a.texts.size();
    a.initial = {sizeof(gr_value), a.c.kind, count, a.ints.data(), a.reals.data(), a.text_pointers.data()};
    a.c.size = sizeof(gr_attribute);
    a.c.initial = a.c.flags & GR_REQUIRED ? nullptr : &a.initial;
    a.c.choices = a.choices.empty() ? nullptr : a.choices.data();
    a.c.choice_count = a.choices.size();
    attributes_.push_back(&a.c);
  }

  template <class T>
  void add_scalar() {
    if constexpr (detail::supports<Node, T>()) {
      using Forward = typename detail::Signature<decltype(&Node::template forward<T>)>::Arguments;
      forward_sources_ = resolve<Forward>("forward", false);
      if constexpr (has_backward<T>) {
        using Backward = typename detail::Signature<decltype(&Node::template backward<T>)>::Arguments;
        backward_sources_ = resolve<Backward>("backward", true);
      }
      type_.scalars |= 1u << detail::scalar_of<T>;
    }
  }

  // Compares a kernel's arguments with `describe` and records where each comes from.
  template <class Arguments>
  std::vector<Source> resolve(const char* kernel, bool backward) {
    struct Expected {
      Source source;
      const gr_port* port;
      bool written, added;
    };
    std::vector<Expected> expected;
    for (std::size_t i = 0; i < ports_.size(); ++i)
      expected.push_back(
          {{Source::value, i, i > many_}, ports_[i], !backward && ports_[i]->role >= GR_OUTPUT, false});
    if (backward) {
      std::size_t output = 0;
      for (const gr_port* p : ports_)
        if (p->role == GR_OUTPUT) {
          if (!(p->flags & GR_DISCRETE))
            expected.push_back({{Source::output_gradient, output, false}, p, false, false});
          ++output;
        }
      for (std::size_t i = 0; i < ports_.size(); ++i)
        if (ports_[i]->role <= GR_PARAMETER && !(ports_[i]->flags & GR_DISCRETE))
          expected.push_back({{Source::gradient, i, i > many_}, ports_[i], false, true});
    }
    std::vector<Source> sources;
    std::size_t at = 0;
    const auto fail = [&](const std::string& what) {
      throw std::logic_error(std::string(kernel) + ": " + what);
    };
    const auto match = [&]<class A>(std::type_identity<A>) {
      using Arg = detail::Argument<A>;
      if (Arg::use == detail::Use::call) {
        if (!sources.empty()) fail("`const Call&` must be the first argument");
        sources.push_back({Source::call, 0, false});
        return;
      }
      if (at == expected.size())
        fail("takes more arguments than the " + std::to_string(expected.size()) +
             " that describe() declares");
      const Expected& e = expected[at++];
      const std::string what = "argument " + std::to_string(at) + ", " +
                               (e.source.from == Source::value ? "port '" : "gradient of port '") +
                               e.port->name + "', ";
      const char* wanted = e.added ? "Grad<…>" : e.written ? "Out<…>" : "a view";
      const bool unread = Arg::use == detail::Use::unread;
      if (unread ? !(backward && e.source.from == Source::value)
                 : (Arg::use == detail::Use::write) != e.written || (Arg::use == detail::Use::add) != e.added)
        fail(what + "should be " + wanted);
      if (unread)
        const_cast<gr_port*>(e.port)->flags |= GR_UNREAD;
      else if (Arg::many != ((e.port->flags & GR_MANY) && e.source.from != Source::output_gradient))
        fail(what + (Arg::many ? "takes one tensor, not Many<…>" : "takes Many<…>"));
      else if (!fits(e.port->shape, Arg::View::least_rank, Arg::View::most_rank))
        fail(what + "of shape \"" + e.port->shape + "\" does not fit " + Arg::View::kind);
      sources.push_back(e.source);
    };
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      (match(std::type_identity<std::tuple_element_t<I, Arguments>>{}), ...);
    }
    (std::make_index_sequence<std::tuple_size_v<Arguments>>{});
    if (at < expected.size())
      fail("takes " + std::to_string(at) + " arguments but describe() declares " +
           std::to_string(expected.size()) + "; the first one missing is " +
           (expected[at].source.from == Source::value ? "port '" : "the gradient of port '") +
           expected[at].port->name + "'");
    return sources;
  }

  static bool fits(const char* pattern, int least, int most) {
    int axes = 0;
    bool any = false;
    for (const char* c = pattern; *c;) {
      while (*c == ' ') ++c;
      const char* start = c;
      while (*c && *c != ' ') ++c;
      if (c - start == 3 && std::strncmp(start, "...", 3) == 0)
        any = true;
      else if (c != start)
        ++axes;
    }
    return axes >= least && (any ? most == GR_MAX_RANK : axes <= most);
  }

  static gr_status create(const gr_value* const* values, std::size_t count, void** node, char* error,
                          std::size_t size) {
    return detail::guarded(error, size, GR_REFUSED, [&] {
      auto made = std::make_unique<Node>();
      const auto& setters = instance()->spec_.setters_;
      if (count != setters.size()) throw std::logic_error("create: wrong number of attribute values");
      for (std::size_t i = 0; i < count; ++i) setters[i](*made, *values[i]);
      *node = made.release();
    });
  }

  static gr_status shapes(const void* node, gr_shape_call* call) {
    return detail::guarded(call->error, call->error_size, GR_REFUSED, [&] {
      Shapes s(*call);
      static_cast<const Node*>(node)->shapes(s);
    });
  }

  // Makes argument number I of a kernel from the call.
  template <class A>
  A make(const gr_call& c, const Source& s, std::size_t extra) const {
    using Arg = detail::Argument<A>;
    using View = typename Arg::View;
    const std::size_t i = s.index + (s.after_many ? extra : 0);
    const gr_tensor* t = s.from == Source::output_gradient ? &c.output_gradients[i]
                         : s.from == Source::gradient      ? &c.gradients[i]
                                                           : &c.values[i];
    if constexpr (Arg::use == detail::Use::call)
      return Call(c);
    else if constexpr (Arg::use == detail::Use::unread)
      return Unread{};
    else if constexpr (Arg::use == detail::Use::write)
      return Out<View>(*t, c);
    else if constexpr (Arg::use == detail::Use::read && Arg::many)
      return Many<View>(t, extra + 1);
    else if constexpr (Arg::use == detail::Use::read)
      return View(*t);
    else if constexpr (Arg::many)
      return Grad<Many<View>>(t, c.written + i, extra + 1, c);
    else
      return Grad<View>(*t, c.written + i, c);
  }

  template <class T, bool Backward>
  void run_typed(const Node& node, const gr_call& c) const {
    const std::size_t extra = c.value_count - ports_.size();
    const auto invoke = [&](auto kernel, const std::vector<Source>& sources) {
      using Arguments = typename detail::Signature<decltype(kernel)>::Arguments;
      [&]<std::size_t... I>(std::index_sequence<I...>) {
        (node.*kernel)(make<std::tuple_element_t<I, Arguments>>(c, sources[I], extra)...);
      }
      (std::make_index_sequence<std::tuple_size_v<Arguments>>{});
    };
    if constexpr (!Backward)
      invoke(&Node::template forward<T>, forward_sources_);
    else if constexpr (has_backward<T>)
      invoke(&Node::template backward<T>, backward_sources_);
  }

  template <bool Backward>
  static gr_status run(const void* node, const gr_call* call) {
    return detail::guarded(call->error, call->error_size, GR_FAILED, [&] {
      const Node& n = *static_cast<const Node*>(node);
      const PluginTable& table = *instance();
      const auto with = [&]<class T>(std::type_identity<T>) {
        if constexpr (detail::supports<Node, T>())
          table.template run_typed<T, Backward>(n, *call);
        else
          throw std::logic_error("this scalar is not supported");
      };
      if (call->scalar == GR_FLOAT)
        with(std::type_identity<float>{});
      else if (call->scalar == GR_DOUBLE)
        with(std::type_identity<double>{});
      else
        with(std::type_identity<Dual<double>>{});
    });
  }

  static PluginTable*& instance() {
    static PluginTable* table = nullptr;
    return table;
  }

  Spec<Node> spec_;
  std::vector<const gr_attribute*> attributes_;
  std::vector<const gr_port*> ports_;
  std::size_t many_ = static_cast<std::size_t>(-1);
  std::vector<Source> forward_sources_, backward_sources_;
  gr_type type_{};
  const gr_type* types_[1] = {nullptr};
  gr_plugin plugin_{};
};

}  // namespace graph_runner

// The instruction sets that this translation unit was compiled for, beyond the platform's baseline.
#ifdef __AVX512F__
#define GRAPH_RUNNER_NEEDS_AVX512F "avx512f "
#else
#define GRAPH_RUNNER_NEEDS_AVX512F
#endif
#ifdef __AVX512BW__
#define GRAPH_RUNNER_NEEDS_AVX512BW "avx512bw "
#else
#define GRAPH_RUNNER_NEEDS_AVX512BW
#endif
#ifdef __AVX512DQ__
#define GRAPH_RUNNER_NEEDS_AVX512DQ "avx512dq "
#else
#define GRAPH_RUNNER_NEEDS_AVX512DQ
#endif
#ifdef __AVX512VL__
#define GRAPH_RUNNER_NEEDS_AVX512VL "avx512vl "
#else
#define GRAPH_RUNNER_NEEDS_AVX512VL
#endif
#ifdef __AVX2__
#define GRAPH_RUNNER_NEEDS_AVX2 "avx2 "
#else
#define GRAPH_RUNNER_NEEDS_AVX2
#endif
#ifdef __AVX__
#define GRAPH_RUNNER_NEEDS_AVX "avx "
#else
#define GRAPH_RUNNER_NEEDS_AVX
#endif
#ifdef __FMA__
#define GRAPH_RUNNER_NEEDS_FMA "fma "
#else
#define GRAPH_RUNNER_NEEDS_FMA
#endif
#ifdef __BMI2__
#define GRAPH_RUNNER_NEEDS_BMI2 "bmi2 "
#else
#define GRAPH_RUNNER_NEEDS_BMI2
#endif

// Exports `Type` as the node type of this plugin; the plugin's file is Type.so.
#define GRAPH_RUNNER_NODE(Type)                                                                              \
  extern "C" GR_EXPORT const char graph_runner_needs[];                                                      \
  const char graph_runner_needs[] = "" GRAPH_RUNNER_NEEDS_AVX512F GRAPH_RUNNER_NEEDS_AVX512BW                \
      GRAPH_RUNNER_NEEDS_AVX512DQ GRAPH_RUNNER_NEEDS_AVX512VL GRAPH_RUNNER_NEEDS_AVX2 GRAPH_RUNNER_NEEDS_AVX \
          GRAPH_RUNNER_NEEDS_FMA GRAPH_RUNNER_NEEDS_BMI2;                                                    \
  extern "C" GR_EXPORT const gr_plugin* graph_runner_plugin(const gr_host*, char* error, size_t size) {      \
    return graph_runner::PluginTable<Type>::get(#Type, error, size);                                         \
  }
