#include "core/shapes.hpp"

#include <fmt/format.h>

#include <map>

#include "core/error.hpp"
#include "core/guard.hpp"

namespace graph_runner {

namespace {

// What the names of a node's patterns stand for, as found so far.
struct Bindings {
  struct Bound {
    gr_size size;
    std::string because;  // "port 'x'", "attribute 'units'"
  };
  std::map<std::string, Bound> names;
  std::optional<std::vector<gr_size>> leading;
  std::string leading_because;
};

std::string where(const NodeTensor& t) {
  return t.fed_from.empty() ? fmt::format("port '{}'", t.port->name)
                            : fmt::format("port '{}' (fed by '{}')", t.port->name, t.fed_from);
}

// Compares a known shape with its port's pattern, binding the names that are new.
std::string match(const NodeTensor& t, Bindings& bindings, const Sizes& sizes) {
  const Pattern& p = t.port->pattern;
  const gr_shape& s = *t.shape;
  const auto fail = [&](const std::string& why) {
    return fmt::format("{} has shape {}, expected \"{}\": {}", where(t), sizes.text(s), t.port->shape, why);
  };
  const auto fixed = static_cast<std::int64_t>(p.axes.size());
  if (s.rank < fixed || (!p.leading && s.rank > fixed))
    return fail(
        fmt::format("{} {} ax{}", p.leading ? "at least" : "exactly", fixed, fixed == 1 ? "is" : "es"));
  const std::int64_t lead = s.rank - fixed;
  if (p.leading) {
    std::vector<gr_size> axes(s.dims, s.dims + lead);
    if (!bindings.leading) {
      bindings.leading = std::move(axes);
      bindings.leading_because = where(t);
    } else if (*bindings.leading != axes) {
      gr_shape other{static_cast<std::int64_t>(bindings.leading->size()), {}};
      std::copy(bindings.leading->begin(), bindings.leading->end(), other.dims);
      return fail(
          fmt::format("its leading axes must be {}, as on {}", sizes.text(other), bindings.leading_because));
    }
  }
  for (std::int64_t i = 0; i < fixed; ++i) {
    const Pattern::Axis& a = p.axes[static_cast<std::size_t>(i)];
    const gr_size found = s.dims[lead + i];
    if (a.kind == Pattern::Axis::number && found != a.size)
      return fail(fmt::format("axis {} must be {}, not {}", lead + i + 1, a.size, sizes.text(found)));
    if (a.kind != Pattern::Axis::name) continue;
    const auto [bound, added] = bindings.names.try_emplace(a.text, Bindings::Bound{found, where(t)});
    if (!added && bound->second.size != found)
      return fail(fmt::format("'{}' is {} here but {} by {}", a.text, sizes.text(found),
                              sizes.text(bound->second.size), bound->second.because));
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
      bindings.names[a.name] = {attributes[i].ints[0], fmt::format("attribute '{}'", a.name)};
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
