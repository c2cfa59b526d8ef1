// How a node type describes itself: Spec collects attributes and ports and lays them out as the tables of
// abi.h.
#pragma once

#include <graph_runner/abi.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
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

// How a parameter starts unless the graph file says otherwise.
struct Init {
  gr_initializer kind;
  const char* axis;
  double value;
  static Init ones() { return constant(1); }
  static Init constant(double value) { return {GR_CONSTANT, nullptr, value}; }
  static Init uniform(double bound) { return {GR_UNIFORM, nullptr, bound}; }
  static Init normal(double deviation) { return {GR_NORMAL, nullptr, deviation}; }
  static Init fan(const char* axis) { return {GR_FAN, axis, 0}; }  // uniform in ±1/√axis
  static Init he(const char* axis) { return {GR_HE, axis, 0}; }    // normal, deviation √(2/axis)
  static Init glorot(const char* axis) {  // uniform in ±√(6/(axis + the first axis))
    return {GR_GLOROT, axis, 0};
  }
};

namespace detail {

// Each entry keeps its strings and arrays beside the C struct that points to them; std::deque keeps
// addresses.
struct AttributeEntry {
  gr_attribute c{};
  gr_value initial{};
  std::vector<std::int64_t> ints;
  std::vector<double> reals;
  std::vector<std::string> texts;
  std::vector<const char*> text_pointers;
  std::vector<const char*> choices;
};
struct PortEntry {
  gr_port c{};
  gr_init init{};
};

template <class M>
struct is_list : std::false_type {};
template <class E>
struct is_list<std::vector<E>> : std::true_type {
  using entry = E;
};

template <class E>
constexpr gr_kind kind_of() {
  if constexpr (std::is_same_v<E, bool>)
    return GR_BOOL;
  else if constexpr (std::is_integral_v<E>)
    return GR_INT;
  else if constexpr (std::is_floating_point_v<E>)
    return GR_REAL;
  else if constexpr (std::is_same_v<E, Size>)
    return GR_SIZE;
  else {
    static_assert(
        std::is_same_v<E, std::string>,
        "an attribute is an integer, a real, a bool, a Size, a std::string or a std::vector of one");
    return GR_TEXT;
  }
}
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

}  // namespace detail

class AttributeSpec {
 public:
  explicit AttributeSpec(detail::AttributeEntry& entry) : entry_(entry) {}
  AttributeSpec& required() { return flag(GR_REQUIRED); }
  AttributeSpec& at_least(double x) {
    entry_.c.least = x;
    return *this;
  }
  AttributeSpec& at_most(double x) {
    entry_.c.most = x;
    return *this;
  }
  AttributeSpec& above(double x) { return at_least(x).flag(GR_ABOVE); }
  AttributeSpec& below(double x) { return at_most(x).flag(GR_BELOW); }
  AttributeSpec& choices(std::vector<const char*> allowed) {
    entry_.choices = std::move(allowed);
    return *this;
  }
  AttributeSpec& length(std::size_t least, std::size_t most) {
    entry_.c.least_count = least;
    entry_.c.most_count = most;
    return *this;
  }

 private:
  AttributeSpec& flag(std::uint32_t f) {
    entry_.c.flags |= f;
    return *this;
  }
  detail::AttributeEntry& entry_;
};

class PortSpec {
 public:
  explicit PortSpec(detail::PortEntry& entry) : entry_(entry) {}
  PortSpec& doc(const char* text) {
    entry_.c.doc = text;
    return *this;
  }
  PortSpec& optional() { return flag(GR_OPTIONAL); }
  PortSpec& many() { return flag(GR_MANY); }          // the last input only
  PortSpec& discrete() { return flag(GR_DISCRETE); }  // has no gradient
  PortSpec& affine() { return flag(GR_AFFINE); }      // its gradient does not read the parameter itself
  PortSpec& domain(gr_domain domain, double lower = 0, double upper = 0) {
    entry_.c.domain = domain;
    entry_.c.lower = lower;
    entry_.c.upper = upper;
    return *this;
  }
  PortSpec& index_below(const char* axis) {
    entry_.c.axis = axis;
    return domain(GR_INDEX);
  }

 private:
  PortSpec& flag(std::uint32_t f) {
    entry_.c.flags |= f;
    return *this;
  }
  detail::PortEntry& entry_;
};

// What `describe` fills in. Strings are not copied: pass literals.
template <class Node>
class Spec {
 public:
  void doc(const char* text) { doc_ = text; }

  // An attribute of the graph file, kept in `member`, whose initial value is the default.
  template <class M>
  AttributeSpec attribute(const char* name, M Node::*member, const char* doc) {
    auto& a = attributes_.emplace_back();
    a.c.name = name;
    a.c.doc = doc;
    a.c.least = -std::numeric_limits<double>::infinity();
    a.c.most = std::numeric_limits<double>::infinity();
    const Node defaults{};
    if constexpr (detail::is_list<M>::value) {
      using E = typename detail::is_list<M>::entry;
      a.c.kind = detail::kind_of<E>();
      a.c.flags = GR_LIST;
      for (const E& e : defaults.*member) detail::append<E>(a, e);
      setters_.push_back([member](Node& node, const gr_value& v) {
        (node.*member).clear();
        for (std::size_t i = 0; i < v.count; ++i) (node.*member).push_back(detail::entry_of<E>(v, i));
      });
    } else {
      a.c.kind = detail::kind_of<M>();
      detail::append<M>(a, defaults.*member);
      setters_.push_back(
          [member](Node& node, const gr_value& v) { node.*member = detail::entry_of<M>(v, 0); });
    }
    return AttributeSpec(a);
  }

  // Ports, each with its shape pattern (abi.h). Kernels take their arguments in this order: inputs,
  // parameters, outputs, saved outputs.
  PortSpec input(const char* name, const char* shape) { return port(name, shape, GR_INPUT); }
  PortSpec parameter(const char* name, const char* shape, Init init = Init::constant(0)) {
    PortSpec made = port(name, shape, GR_PARAMETER);
    ports_.back().init = {sizeof(gr_init), init.kind, init.axis, init.value};
    return made;
  }
  PortSpec output(const char* name, const char* shape) { return port(name, shape, GR_OUTPUT); }
  PortSpec saved(const char* name, const char* shape) { return port(name, shape, GR_SAVED); }

 private:
  template <class N>
  friend class PluginTable;

  PortSpec port(const char* name, const char* shape, gr_role role) {
    auto& p = ports_.emplace_back();
    p.c.name = name;
    p.c.doc = "";
    p.c.shape = shape;
    p.c.role = role;
    return PortSpec(p);
  }

  const char* doc_ = "";
  std::deque<detail::AttributeEntry> attributes_;
  std::deque<detail::PortEntry> ports_;
  std::vector<std::function<void(Node&, const gr_value&)>> setters_;
};

inline void check_index(std::int64_t index, std::int64_t size) {
  if (index > size)
    throw std::invalid_argument("index " + std::to_string(index) + " is outside an axis of " +
                                std::to_string(size));
}

// What an optional member `void shapes(Shapes&) const` reads and completes, for results that no pattern can
// express.
class Shapes {
 public:
  explicit Shapes(gr_shape_call& call) : call_(call) {}
  std::size_t count() const { return call_.count; }  // tensors: inputs, parameters, outputs, saved outputs
  std::int64_t rank(std::size_t tensor) const { return call_.shapes[tensor].rank; }
  // Axis `axis` of tensor `tensor`; negative counts from the last.
  Size get(std::size_t tensor, std::int64_t axis) const { return {at(tensor, axis)}; }
  void set(std::size_t tensor, std::int64_t axis, Size size) { at(tensor, axis) = size.value; }
  // One more axis of a result whose pattern is "*", after those it has.
  void append(std::size_t tensor, Size size) {
    gr_shape& s = call_.shapes[tensor];
    if (s.rank == GR_MAX_RANK)
      throw std::invalid_argument("more than " + std::to_string(GR_MAX_RANK) + " axes");
    s.dims[s.rank++] = size.value;
  }
  Size sum(Size a, Size b) const { return {call_.sum(call_.context, a.value, b.value)}; }
  Size product(Size a, Size b) const { return {call_.product(call_.context, a.value, b.value)}; }
  // a - b; throws where that is a negative number.
  Size difference(Size a, Size b) const {
    if (call_.size < sizeof call_) throw std::runtime_error("needs a program of ABI 1.1 or newer");
    const Size rest{call_.difference(call_.context, a.value, b.value)};
    if (rest.value == GR_UNKNOWN) throw std::invalid_argument("a size would be negative");
    return rest;
  }
  // Throws where an index, from 1, may be beyond the end of an axis. A number is no more than a size with a
  // name until that has a value: then the kernels call check_index.
  void reach(Size index, Size size) const {
    if (index.value >= 0 && size.value >= 0) return check_index(index.value, size.value);
    if (index.value < 0 && difference(size, index).value < 0)
      throw std::invalid_argument("nothing says that an index is no more than the axis has");
  }

 private:
  gr_size& at(std::size_t tensor, std::int64_t axis) const {
    gr_shape& s = call_.shapes[tensor];
    return s.dims[axis < 0 ? s.rank + axis : axis];
  }
  gr_shape_call& call_;
};

}  // namespace graph_runner
