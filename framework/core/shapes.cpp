#include "core/shapes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/error.hpp"
#include "core/guard.hpp"

namespace graph_runner {

namespace {

// What the names of a node's patterns stand for, as found so far.
struct Bindings {
  struct Bound {
    gr_size size;
    const NodeTensor* tensor = nullptr;  // that fixed it with this axis, or
    std::int64_t axis = 0;
    std::string attribute;  // the attribute of this name
  };
  std::map<std::string, Bound> names;
  std::optional<std::vector<gr_size>> leading;
  const NodeTensor* leading_by = nullptr;
};

gr_shape shape_of(const std::vector<gr_size>& axes) {
  gr_shape s{static_cast<std::int64_t>(axes.size()), {}};
  std::copy(axes.begin(), axes.end(), s.dims);
  return s;
}

std::string where(const NodeTensor& t) {
  return t.fed_from.empty() ? fmt::format("port '{}'", t.port->name)
                            : fmt::format("port '{}' (fed by '{}')", t.port->name, t.fed_from);
}

// The names in a pattern are the plugin's own: messages speak of axes, for a user may use the same names for
// other sizes.
std::string wanted(const Pattern& p) {
  const std::size_t n = p.axes.size();
  if (p.leading) return fmt::format("at least {} {}", n, n == 1 ? "axis" : "axes");
  if (n == 0) return "a number";
  if (n == 1) return "a vector";
  if (n > 2) return fmt::format("exactly {} axes", n);
  const bool square = p.axes[0].kind == Pattern::Axis::name && p.axes[0].text == p.axes[1].text;
  return square ? "a square matrix" : "a matrix";
}

std::string refuse_wanted(const NodeTensor& t, const Sizes& sizes) {
  const gr_shape& s = *t.shape;
  return fmt::format("{} wants {}; it {}", where(t), wanted(t.port->pattern),
                     s.rank == 2 ? fmt::format("is {} × {}", sizes.text(s.dims[0]), sizes.text(s.dims[1]))
                                 : "has shape " + sizes.text(s));
}

// An axis of a size that is not the one its name stands for.
std::string refuse_axis(const NodeTensor& t, std::int64_t axis, const Bindings::Bound& bound,
                        const Sizes& sizes) {
  const Pattern& p = t.port->pattern;
  if (bound.tensor == &t && !p.leading && p.axes.size() == 2) return refuse_wanted(t, sizes);
  std::string why;
  if (bound.tensor == &t)
    why = fmt::format("axes {} and {} must be equal", bound.axis + 1, axis + 1);
  else if (bound.tensor)
    why = fmt::format("axis {} must be {}, as axis {} of {} is", axis + 1, sizes.text(bound.size),
                      bound.axis + 1, where(*bound.tensor));
  else
    why = fmt::format("axis {} must be {}, as attribute '{}' says", axis + 1, sizes.text(bound.size),
                      bound.attribute);
  return fmt::format("{} has shape {}; its {}", where(t), sizes.text(*t.shape), why);
}

// NumPy's rule: from the last axis on, sizes are equal, or one of them is 1 or missing.
std::string broadcast(const NodeTensor& t, Bindings& bindings, const Sizes& sizes) {
  std::vector<gr_size> axes(t.shape->dims, t.shape->dims + t.shape->rank), &whole = *bindings.leading;
  const std::vector<gr_size> before = whole;
  const auto lengthen = [](std::vector<gr_size>& to, std::size_t rank) {
    if (to.size() < rank) to.insert(to.begin(), rank - to.size(), 1);
  };
  lengthen(whole, axes.size());
  lengthen(axes, whole.size());
  for (std::size_t i = 0; i < axes.size(); ++i) {
    if (whole[i] == 1) whole[i] = axes[i];
    if (axes[i] != 1 && axes[i] != whole[i])
      return fmt::format(
          "{} has shape {}, which cannot be broadcast with {} of {}: from the last axis on, "
          "sizes must be equal, or one of them 1 or missing",
          where(t), sizes.text(*t.shape), sizes.text(shape_of(before)), where(*bindings.leading_by));
  }
  return "";
}

// Compares a known shape with its port's pattern, binding the names that are new.
std::string match(const NodeTensor& t, Bindings& bindings, const Sizes& sizes) {
  const Pattern& p = t.port->pattern;
  const gr_shape& s = *t.shape;
  const auto fixed = static_cast<std::int64_t>(p.axes.size());
  if (s.rank < fixed || (!p.leading && s.rank > fixed)) return refuse_wanted(t, sizes);
  const std::int64_t lead = s.rank - fixed;
  if (p.leading) {
    std::vector<gr_size> axes(s.dims, s.dims + lead);
    if (!bindings.leading) {
      bindings.leading = std::move(axes);
      bindings.leading_by = &t;
    } else if (t.port->broadcast) {
      if (std::string wrong = broadcast(t, bindings, sizes); !wrong.empty()) return wrong;
    } else if (*bindings.leading != axes) {
      return fmt::format("{} has shape {}; its leading axes must be {}, as on {}", where(t), sizes.text(s),
                         sizes.text(shape_of(*bindings.leading)), where(*bindings.leading_by));
    }
  }
  for (std::int64_t i = 0; i < fixed; ++i) {
    const Pattern::Axis& a = p.axes[static_cast<std::size_t>(i)];
    const gr_size found = s.dims[lead + i];
    if (a.kind == Pattern::Axis::number && found != a.size)
      return fmt::format("{} has shape {}; its axis {} must be {}", where(t), sizes.text(s), lead + i + 1,
                         a.size);
    if (a.kind != Pattern::Axis::name) continue;
    const auto [bound, added] = bindings.names.try_emplace(a.text, Bindings::Bound{found, &t, lead + i, ""});
    if (!added && bound->second.size != found) return refuse_axis(t, lead + i, bound->second, sizes);
  }
  return "";
}

// The shape that a pattern stands for; GR_UNKNOWN on axes that nothing binds.
gr_shape expand(const Pattern& p, const Bindings& bindings) {
  gr_shape s{};
  if (p.leading && bindings.leading)
    for (const gr_size d : *bindings.leading)
      if (s.rank < GR_MAX_RANK) s.dims[s.rank++] = d;
  for (const Pattern::Axis& a : p.axes) {
    gr_size d = GR_UNKNOWN;
    if (a.kind == Pattern::Axis::number)
      d = a.size;
    else if (const auto bound = bindings.names.find(a.text);
             a.kind == Pattern::Axis::name && bound != bindings.names.end())
      d = bound->second.size;
    if (s.rank < GR_MAX_RANK) s.dims[s.rank++] = d;
  }
  return s;
}

std::string call_hook(const NodeType& type, const void* instance, Sizes& sizes,
                      std::vector<gr_shape>& shapes) {
  char message[512] = "";
  gr_shape_call call{};
  call.size = sizeof call;
  call.shapes = shapes.data();
  call.count = shapes.size();
  call.context = &sizes;
  call.sum = [](void* context, gr_size a, gr_size b) -> gr_size {
    try {
      return a == GR_UNKNOWN || b == GR_UNKNOWN ? GR_UNKNOWN : static_cast<Sizes*>(context)->sum(a, b);
    } catch (const Error&) {
      return GR_UNKNOWN;  // an overflow; reported as an axis that the plugin left open
    }
  };
  call.product = [](void* context, gr_size a, gr_size b) -> gr_size {
    try {
      return a == GR_UNKNOWN || b == GR_UNKNOWN ? GR_UNKNOWN : static_cast<Sizes*>(context)->product(a, b);
    } catch (const Error&) {
      return GR_UNKNOWN;
    }
  };
  call.difference = [](void* context, gr_size a, gr_size b) -> gr_size {
    try {
      return a == GR_UNKNOWN || b == GR_UNKNOWN ? GR_UNKNOWN : static_cast<Sizes*>(context)->difference(a, b);
    } catch (const Error&) {
      return GR_UNKNOWN;
    }
  };
  call.error = message;
  call.error_size = sizeof message;
  gr_status status = GR_OK;
  if (std::string thrown = thrown_by([&] { status = type.table().shapes(instance, &call); }); !thrown.empty())
    return "failed in shapes: " + thrown;
  return status == GR_OK ? "" : reason_of(status, message, sizeof message);
}

}  // namespace

std::string infer_shapes(const NodeType& type, const std::vector<AttributeValue>& attributes,
                         const void* instance, Sizes& sizes, std::vector<NodeTensor>& tensors) {
  Bindings bindings;
  for (std::size_t i = 0; i < attributes.size(); ++i) {
    const Attribute& a = type.attributes()[i];
    if ((a.kind == GR_INT || a.kind == GR_SIZE) && !a.list)
      bindings.names[a.name] = {attributes[i].ints[0], nullptr, 0, a.name};
  }
  for (const NodeTensor& t : tensors)
    if (t.shape)
      if (std::string wrong = match(t, bindings, sizes); !wrong.empty()) return wrong;

  std::vector<gr_shape> shapes;
  shapes.reserve(tensors.size());
  for (const NodeTensor& t : tensors)
    shapes.push_back(t.absent ? gr_shape{-1, {}} : t.shape ? *t.shape : expand(t.port->pattern, bindings));
  const std::vector<gr_shape> before = shapes;
  if (type.table().shapes)
    if (std::string wrong = call_hook(type, instance, sizes, shapes); !wrong.empty()) return wrong;

  for (std::size_t i = 0; i < tensors.size(); ++i) {
    NodeTensor& t = tensors[i];
    const gr_shape& s = shapes[i];
    if (t.absent) continue;
    if (s.rank < 0 || s.rank > GR_MAX_RANK)
      return fmt::format("{} would have {} axes; {} is the most", where(t), s.rank, GR_MAX_RANK);
    if (s.rank != before[i].rank && !t.port->pattern.open)
      return fmt::format("the plugin changes the number of axes of port '{}', which its pattern \"{}\" fixes",
                         t.port->name, t.port->shape);
    for (std::int64_t d = 0; d < s.rank; ++d) {
      const gr_size was = d < before[i].rank ? before[i].dims[d] : GR_UNKNOWN;
      if (was != GR_UNKNOWN && was != s.dims[d])
        return fmt::format("the plugin changes axis {} of port '{}', which its pattern \"{}\" fixes", d + 1,
                           t.port->name, t.port->shape);
      if (s.dims[d] == GR_UNKNOWN)
        return fmt::format(
            "the size of axis {} of port '{}' (\"{}\") cannot be found from what feeds this node", d + 1,
            t.port->name, t.port->shape);
    }
    std::int64_t entries = 1;  // of its numbers alone: names are 1 at least
    for (std::int64_t d = 0; d < s.rank; ++d)
      if (s.dims[d] >= 0 &&
          (__builtin_mul_overflow(entries, s.dims[d], &entries) || entries > (std::int64_t{1} << 44)))
        return fmt::format("{} would have shape {}, which is too large", where(t), sizes.text(s));
    t.shape = s;
  }
  return "";
}

}  // namespace graph_runner
