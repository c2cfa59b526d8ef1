// What makes a plugin of a node type: the tables of abi.h, built from `describe`, and the entry points that
// turn a C call into a call of the C++ kernels. Nothing here is for authors of nodes.
#pragma once

#include <graph_runner/abi.h>

#include <cstdio>
#include <cstring>
#include <exception>
#include <graph_runner/arguments.hpp>
#include <graph_runner/spec.hpp>
#include <graph_runner/views.hpp>
#include <memory>
#include <stdexcept>
#include <string>
#include <tuple>
#include <type_traits>
#include <vector>

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
      forward_sources_ =
          detail::match_arguments(detail::Kernel::forward, detail::infos_of<Forward>(), ports_);
      if constexpr (has_backward<T>) {
        using Backward = typename detail::Signature<decltype(&Node::template backward<T>)>::Arguments;
        backward_sources_ =
            detail::match_arguments(detail::Kernel::backward, detail::infos_of<Backward>(), ports_);
      }
      type_.scalars |= 1u << detail::scalar_of<T>;
    }
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
  A make(const gr_call& c, const detail::Source& s, std::size_t extra) const {
    using Arg = detail::Argument<A>;
    using View = typename Arg::View;
    const std::size_t i = s.index + (s.after_many ? extra : 0);
    const gr_tensor* t = s.from == detail::Source::output_gradient ? &c.output_gradients[i]
                         : s.from == detail::Source::gradient      ? &c.gradients[i]
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
    const auto invoke = [&](auto kernel, const std::vector<detail::Source>& sources) {
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
  std::vector<gr_port*> ports_;
  std::vector<detail::Source> forward_sources_, backward_sources_;
  gr_type type_{};
  const gr_type* types_[1] = {nullptr};
  gr_plugin plugin_{};
};

}  // namespace graph_runner
