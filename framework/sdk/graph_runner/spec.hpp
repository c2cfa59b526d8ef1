// How a node type describes itself: Spec collects attributes and ports and lays them out as the tables of
// abi.h.
#pragma once

#include <graph_runner/abi.h>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <graph_runner/description.hpp>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

namespace graph_runner {

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
  // From the last axis on, the axes of all such inputs are equal, or one of them is 1 or missing. Kernels see
  // them in one shape, that of the longest axes (broadcast.hpp).
  PortSpec& broadcast();
  PortSpec& affine() { return flag(GR_AFFINE); }  // its gradient does not read the parameter itself
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
class Spec : private detail::Description {
 public:
  void doc(const char* text) { doc_ = text; }

  // An attribute of the graph file, kept in `member` (&Node::beta), whose initial value is the default.
  template <class P>
  AttributeSpec attribute(const char* name, P member, const char* doc) {
    detail::AttributeEntry& a = Description::attribute(name, doc);
    if constexpr (requires(Node & node) { node.*member; })
      keep(a, member);
    else
      static_assert(sizeof(P) == 0,
                    "an attribute is a member of the node type, not static: give &Type::member");
    return AttributeSpec(a);
  }

  // Ports, each with its shape pattern (abi.h). Kernels take their arguments in this order: inputs,
  // parameters, outputs, saved outputs.
  PortSpec input(const char* name, const char* shape) { return PortSpec(port(name, shape, GR_INPUT)); }
  PortSpec parameter(const char* name, const char* shape, Init init = Init::constant(0)) {
    detail::PortEntry& p = port(name, shape, GR_PARAMETER);
    p.init = {sizeof(gr_init), init.kind, init.axis, init.value};
    return PortSpec(p);
  }
  PortSpec output(const char* name, const char* shape) { return PortSpec(port(name, shape, GR_OUTPUT)); }
  PortSpec saved(const char* name, const char* shape) { return PortSpec(port(name, shape, GR_SAVED)); }

 private:
  template <class N>
  friend class PluginTable;

  template <class P>
  static void keep(detail::AttributeEntry& a, P member) {
    using Kept = detail::Member<std::remove_cvref_t<decltype(Node{}.*member)>>;
    static_assert(
        Kept::kind >= 0,
        "an attribute is an integer, a real, a bool, a Size, a std::string or a std::vector of one");
    if constexpr (Kept::kind >= 0) {
      a.c.kind = Kept::kind;
      a.c.flags = Kept::flags;
      Kept::append_to(a, Node{}.*member);
      a.member = std::bit_cast<std::ptrdiff_t>(member);
      a.set = [](const detail::AttributeEntry& entry, void* node, const gr_value& v) {
        Kept::set(static_cast<Node*>(node)->*std::bit_cast<P>(entry.member), v);
      };
    }
  }
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
