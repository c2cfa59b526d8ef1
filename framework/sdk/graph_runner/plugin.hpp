// What makes a plugin of a node type: the tables of abi.h, built from `describe`, and the entry points that
// turn a C call into a call of the C++ kernels. Nothing here is for authors of nodes.
#pragma once

#include <graph_runner/abi.h>

#include <cstdio>
#include <exception>
#include <graph_runner/arguments.hpp>
#include <graph_runner/broadcast.hpp>
#include <graph_runner/mistakes.hpp>
#include <graph_runner/spec.hpp>
#include <graph_runner/views.hpp>
#include <graph_runner/written.hpp>
#include <stdexcept>
#include <type_traits>
#include <utility>
#include <vector>

namespace graph_runner {

namespace detail {

inline void report(char* error, std::size_t size, const char* text) {
  if (error && size) std::snprintf(error, size, "%s", text);
}
// The status of the exception that is being handled, and its message: one handler for all entry points.
[[gnu::cold]] inline gr_status report_exception(char* error, std::size_t size, gr_status failure) {
  try {
    throw;
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

}  // namespace detail

// The tables and entry points of one node type. One instance a plugin, made at its first use and never
// destroyed.
template <class Node>
class PluginTable {
 public:
  [[gnu::cold]] static const gr_plugin* get(const char* name, char* error, std::size_t error_size) {
    try {
      static PluginTable* table =
          new PluginTable(name);  // reachable until exit: the host keeps pointers into it
      return &table->plugin_;
    } catch (...) {
      detail::report_exception(error, error_size, GR_REFUSED);
      return nullptr;
    }
  }

 private:
  template <class T>
  static constexpr bool has_backward = requires {
    &Node::template backward<T>;
  };

  static constexpr bool wants_scratch = requires(const Node& n, const Call& c) { n.scratch(c); };

  [[gnu::cold]] explicit PluginTable(const char* name) {
    Node::describe(spec_);
    spec_.finish();
    instance() = this;
    type_.size = sizeof(gr_type);
    type_.name = name;
    type_.doc = spec_.doc_;
    type_.attributes = spec_.attributes_.data();
    type_.attribute_count = spec_.attributes_.size();
    type_.ports = spec_.ports_.data();
    type_.port_count = spec_.ports_.size();
    type_.create = create;
    type_.destroy = [](void* node) { delete static_cast<Node*>(node); };
    if constexpr (requires(const Node& n, Shapes& s) { n.shapes(s); }) type_.shapes = shapes;
    std::size_t place = 0;
    for (const detail::PortEntry& p : spec_.port_entries_) {
      if (p.one_shape) broadcast_.push_back(place);
      if (p.one_shape) one_shape_ = p.one_shape;
      ++place;
    }
    if (wants_scratch || one_shape_) type_.scratch = scratch;
    add_scalar<float>();
    add_scalar<double>();
    add_scalar<Dual<double>>();
    type_.forward = run<false>;
    if constexpr (has_backward<double>) type_.backward = run<true>;
    types_[0] = &type_;
    plugin_ = {sizeof(gr_plugin), GR_MAGIC, GR_ABI_MAJOR, GR_ABI_MINOR, types_, 1};
  }

  template <class Kernel>
  std::vector<detail::Source> match(detail::Kernel which, Kernel) const {
    using S = detail::Signature<Kernel>;
    return detail::match_arguments(which, {S::infos, S::count}, spec_.ports_);
  }
  template <class T>
  [[gnu::cold]] void add_scalar() {
    if constexpr (detail::supports<Node, T>()) {
      forward_sources_ = match(detail::Kernel::forward, &Node::template forward<T>);
      if constexpr (has_backward<T>)
        backward_sources_ = match(detail::Kernel::backward, &Node::template backward<T>);
      type_.scalars |= 1u << detail::scalar_of<T>;
    }
  }

  [[gnu::cold]] static gr_status create(const gr_value* const* values, std::size_t count, void** node,
                                        char* error, std::size_t size) {
    Node* made = nullptr;
    try {
      made = new Node();
      instance()->spec_.set(made, values, count);
      *node = made;
      return GR_OK;
    } catch (...) {
      delete made;
      return detail::report_exception(error, size, GR_REFUSED);
    }
  }

  [[gnu::cold]] static gr_status shapes(const void* node, gr_shape_call* call) {
    try {
      Shapes s(*call);
      static_cast<const Node*>(node)->shapes(s);
      return GR_OK;
    } catch (...) {
      return detail::report_exception(call->error, call->error_size, GR_REFUSED);
    }
  }

  // The bytes of scratch memory that the kernels want, in whose members it is numbers of the call's scalar.
  static std::size_t own_scratch(const Node& node, const gr_call& c) {
    if constexpr (wants_scratch)
      return static_cast<std::size_t>(node.scratch(Call(c))) * detail::bytes_of(c.scalar);
    return 0;
  }
  static std::size_t scratch(const void* node, const gr_call* c) {
    const PluginTable& table = *instance();
    const std::size_t own = own_scratch(*static_cast<const Node*>(node), *c);
    return table.one_shape_ ? table.one_shape_->scratch(*c, table.broadcast_, own) : own;
  }

  // Makes an argument of a kernel from the call.
  template <class A>
  static A make(const gr_call& c, const detail::Source& s, std::size_t extra) {
    using Arg = detail::Argument<A>;
    constexpr detail::Use use = Arg::info.use;
    if constexpr (use == detail::Use::call) {
      return Call(c);
    } else if constexpr (use == detail::Use::unread) {
      return Unread{};
    } else {
      using View = typename Arg::View;
      const std::size_t i = s.index + (s.after_many ? extra : 0);
      const gr_tensor* t = s.from == detail::Source::output_gradient ? &c.output_gradients[i]
                           : s.from == detail::Source::gradient      ? &c.gradients[i]
                                                                     : &c.values[i];
      if constexpr (use == detail::Use::write)
        return Out<View>(*t, c);
      else if constexpr (use == detail::Use::read && Arg::info.many)
        return Many<View>(t, extra + 1);
      else if constexpr (use == detail::Use::read)
        return View(*t);
      else if constexpr (Arg::info.many)
        return Grad<Many<View>>(t, c.written + i, extra + 1, c);
      else
        return Grad<View>(*t, c.written + i, c);
    }
  }

  template <class Base, bool quiet, class... A>
  static void invoke(void (Base::*kernel)(A...) const noexcept(quiet), const Node& node, const gr_call& c,
                     const PluginTable& table, const std::vector<detail::Source>& sources) {
    const std::size_t extra = c.value_count - table.spec_.ports_.size();
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      (node.*kernel)(make<std::remove_cvref_t<A>>(c, sources[I], extra)...);
    }
    (std::index_sequence_for<A...>{});
  }
  template <class T, bool backward>
  static void run_typed(const Node& node, const gr_call& c) {
    const PluginTable& table = *instance();
    if constexpr (!detail::supports<Node, T>())
      throw std::logic_error("this scalar is not supported");
    else if constexpr (!backward)
      invoke(&Node::template forward<T>, node, c, table, table.forward_sources_);
    else if constexpr (has_backward<T>)
      invoke(&Node::template backward<T>, node, c, table, table.backward_sources_);
  }
  template <bool backward>
  static void run_any(const void* node, const gr_call& call) {
    const Node& n = *static_cast<const Node*>(node);
    if (call.scalar == GR_FLOAT)
      run_typed<float, backward>(n, call);
    else if (call.scalar == GR_DOUBLE)
      run_typed<double, backward>(n, call);
    else
      run_typed<Dual<double>, backward>(n, call);
  }

  template <bool backward>
  static gr_status run(const void* node, const gr_call* call) {
    try {
      const PluginTable& table = *instance();
      if (!table.one_shape_)
        run_any<backward>(node, *call);
      else
        table.one_shape_->run(*call, table.broadcast_, own_scratch(*static_cast<const Node*>(node), *call),
                              run_any<backward>, node);
      return GR_OK;
    } catch (...) {
      return detail::report_exception(call->error, call->error_size, GR_FAILED);
    }
  }

  static PluginTable*& instance() {
    static PluginTable* table = nullptr;
    return table;
  }

  Spec<Node> spec_;
  std::vector<detail::Source> forward_sources_, backward_sources_;
  std::vector<std::size_t> broadcast_;  // the ports that are
  const detail::OneShape* one_shape_ = nullptr;
  gr_type type_{};
  const gr_type* types_[1] = {nullptr};
  gr_plugin plugin_{};
};

}  // namespace graph_runner
