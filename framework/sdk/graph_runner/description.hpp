// What `describe` has declared (spec.hpp), laid out as the tables of abi.h, and how a member of a node type
// is an attribute. Nothing here is for authors of nodes, but Size.
#pragma once

#include <graph_runner/abi.h>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <list>
#include <span>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

namespace graph_runner {

// A size as an attribute (`rows: n`) or in `shapes`: a number when kernels run, possibly symbolic before.
struct Size {
  gr_size value = 0;
  friend bool operator==(Size a, Size b) { return a.value == b.value; }
};

namespace detail {

// Each entry keeps its strings and arrays beside the C struct that points to them.
struct AttributeEntry {
  gr_attribute c{};
  gr_value initial{};
  std::vector<std::int64_t> ints;
  std::vector<double> reals;
  std::vector<std::string> texts;
  std::vector<const char*> text_pointers;
  std::vector<const char*> choices;
  // Stores a value in the member of a node.
  void (*set)(const AttributeEntry&, void* node, const gr_value&) = nullptr;
  std::ptrdiff_t member = 0;  // the pointer to it

  [[gnu::cold]] void finish() {
    for (const auto& t : texts) text_pointers.push_back(t.c_str());
    const std::size_t count = ints.size() + reals.size() + texts.size();
    initial = {sizeof(gr_value), c.kind, count, ints.data(), reals.data(), text_pointers.data()};
    c.size = sizeof(gr_attribute);
    c.initial = c.flags & GR_REQUIRED ? nullptr : &initial;
    c.choices = choices.empty() ? nullptr : choices.data();
    c.choice_count = choices.size();
  }
};
// How inputs that are broadcast come in one shape (broadcast.hpp). By pointers, so that types without such
// inputs do not compile it.
struct OneShape {
  using Inputs = std::span<const std::size_t>;
  using Kernel = void (*)(const void* node, const gr_call& call);
  // The scratch memory that takes, beside that of the kernels; and a kernel's call.
  std::size_t (*scratch)(const gr_call& call, Inputs inputs, std::size_t own);
  void (*run)(const gr_call& call, Inputs inputs, std::size_t own, Kernel kernel, const void* node);
};
struct PortEntry {
  gr_port c{};
  gr_init init{};
  const OneShape* one_shape = nullptr;  // of an input that is broadcast
};

// What `describe` has declared, whatever the node type. std::list keeps addresses.
struct Description {
  const char* doc_ = "";
  std::list<AttributeEntry> attribute_entries_;
  std::list<PortEntry> port_entries_;
  std::vector<const gr_attribute*> attributes_;
  std::vector<gr_port*> ports_;

  [[gnu::cold]] AttributeEntry& attribute(const char* name, const char* doc) {
    AttributeEntry& a = attribute_entries_.emplace_back();
    a.c.name = name;
    a.c.doc = doc;
    a.c.least = -std::numeric_limits<double>::infinity();
    a.c.most = std::numeric_limits<double>::infinity();
    attributes_.push_back(&a.c);
    return a;
  }
  [[gnu::cold]] PortEntry& port(const char* name, const char* shape, gr_role role) {
    PortEntry& p = port_entries_.emplace_back();
    p.c.size = sizeof(gr_port);
    p.c.name = name;
    p.c.doc = "";
    p.c.shape = shape;
    p.c.role = role;
    ports_.push_back(&p.c);
    return p;
  }
  // Throws std::logic_error where ports are out of order.
  [[gnu::cold]] void finish() {
    for (AttributeEntry& a : attribute_entries_) a.finish();
    gr_role last = GR_INPUT;
    for (PortEntry& p : port_entries_) {
      if (p.c.role == GR_PARAMETER) p.c.init = &p.init;
      if (p.c.role < last)
        throw std::logic_error(std::string("port '") + p.c.name +
                               "' is declared out of order: inputs, parameters, outputs, saved outputs");
      last = p.c.role;
    }
  }
  [[gnu::cold]] void set(void* node, const gr_value* const* values, std::size_t count) const {
    if (count != attributes_.size()) throw std::logic_error("create: wrong number of attribute values");
    for (const AttributeEntry& a : attribute_entries_) a.set(a, node, **values++);
  }
};

template <class E>
inline constexpr gr_kind kind_of = std::is_same_v<E, bool>          ? GR_BOOL
                                   : std::is_integral_v<E>          ? GR_INT
                                   : std::is_floating_point_v<E>    ? GR_REAL
                                   : std::is_same_v<E, Size>        ? GR_SIZE
                                   : std::is_same_v<E, std::string> ? GR_TEXT
                                                                    : -1;  // none

template <class E>
void append(AttributeEntry& a, const E& value) {
  if constexpr (std::is_same_v<E, Size>)
    a.ints.push_back(value.value);
  else if constexpr (std::is_integral_v<E>)
    a.ints.push_back(static_cast<std::int64_t>(value));
  else if constexpr (std::is_floating_point_v<E>)
    a.reals.push_back(static_cast<double>(value));
  else
    a.texts.push_back(value);
}
template <class E>
E entry_of(const gr_value& v, std::size_t i) {
  if constexpr (std::is_same_v<E, Size>)
    return Size{v.ints[i]};
  else if constexpr (std::is_same_v<E, bool>)
    return v.ints[i] != 0;
  else if constexpr (std::is_integral_v<E>)
    return static_cast<E>(v.ints[i]);
  else if constexpr (std::is_floating_point_v<E>)
    return static_cast<E>(v.reals[i]);
  else
    return E(v.texts[i]);
}

// A member that is an attribute.
template <class M>
struct Member {
  static constexpr gr_kind kind = kind_of<M>;
  static constexpr std::uint32_t flags = 0;
  static void append_to(AttributeEntry& a, const M& member) { append<M>(a, member); }
  static void set(M& member, const gr_value& v) { member = entry_of<M>(v, 0); }
};
template <class E>
struct Member<std::vector<E>> {
  static constexpr gr_kind kind = kind_of<E>;
  static constexpr std::uint32_t flags = GR_LIST;
  static void append_to(AttributeEntry& a, const std::vector<E>& member) {
    for (const E& e : member) append<E>(a, e);
  }
  static void set(std::vector<E>& member, const gr_value& v) {
    member.clear();
    for (std::size_t i = 0; i < v.count; ++i) member.push_back(entry_of<E>(v, i));
  }
};

}  // namespace detail

}  // namespace graph_runner
