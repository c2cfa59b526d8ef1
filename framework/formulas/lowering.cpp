// Names, lists and indices.
#include "formulas/lowering.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/text.hpp"
#include "formulas/notation.hpp"

namespace graph_runner {

std::string shown(const Formula& f) {
  constexpr int most = 60;
  std::string text = print_formula(f);
  if (characters(text) <= most) return text;
  std::size_t end = 0;
  for (int n = 0; n < most - 2; ++n)
    end += std::max<std::size_t>(1, first_character(std::string_view(text).substr(end)).bytes);
  return text.substr(0, end) + " …";
}

Operand Lowering::lower(const Formula& f) { return lower_tree(understood(f, axes())); }

AxesOf Lowering::axes() const {
  return [this](const std::string& name) -> std::optional<std::size_t> {
    if (const Named* value = scope_.find(name)) return static_cast<std::size_t>(value->shape.rank);
    return scope_.is_size(name) ? std::optional<std::size_t>(0) : std::nullopt;
  };
}

Operand Lowering::lower_tree(const Formula& f) {
  try {
    // One that has lost digits stays a computation, with all its parts, so that how many can be seen.
    if (const auto value = constant_value(f)) {
      if (f.parts.empty() || (!loses_digits_ && !loses_digits(f, *value))) return constant(f, *value);
      const bool was = std::exchange(loses_digits_, true);
      const Operand made = lower_parts(f);  // which cannot fail: it has a value
      loses_digits_ = was;
      return made;
    }
  } catch (const Error& e) {
    throw Error(Exit::bad_request, e.problems()[0].place,
                fmt::format("{}: {}", what_, e.problems()[0].message));
  }
  return lower_parts(f);
}

Operand Lowering::lower_parts(const Formula& f) {
  switch (f.kind) {
    case Formula::name:
      return name(f);
    case Formula::call:
      return call(f);
    case Formula::index:
      return index(f);
    case Formula::list:
      return list(f);
    case Formula::transpose:
      return transpose(f);
    case Formula::negative:
      return negative(f);
    case Formula::power:
    case Formula::each_power:
      return power(f);
    case Formula::multiply:
    case Formula::divide:
      return product(f);
    case Formula::each_multiply:
      return elementwise(f, "Multiply");
    case Formula::each_divide:
      return elementwise(f, "Divide");
    case Formula::add:
      return elementwise(f, "Add");
    case Formula::subtract:
      return elementwise(f, "Subtract");
    default:
      refuse(f, fmt::format("'{}' has no value", shown(f)));
  }
}

Operand Lowering::elementwise(const Formula& f, const char* type) {
  Operands operands;
  for (const Formula& part : f.parts) operands.push_back(lower_tree(part));
  return elementwise(f, type, std::move(operands));
}

// ---- Names

namespace {

Operand operand_of(const Named& value) { return {value.kind, value.shape, value.from, {}}; }

}  // namespace

Operand Lowering::name(const Formula& f) {
  if (const Named* value = scope_.find(f.text)) {
    if (value->poisoned) throw Poisoned{};
    return operand_of(*value);
  }
  for (const char mark : {'.', '_'})
    if (const Named* of = scope_.find(std::string_view(f.text).substr(0, f.text.rfind(mark)));
        of && of->poisoned)
      throw Poisoned{};
  if (scope_.is_size(f.text)) {
    AttributeSetting of = setting("of", GR_SIZE, f);
    of.value.texts = {scope_.sizes().text(scope_.size_of(f.text))};
    return emit(f, "Extent", {}, {of});
  }
  if (const auto part = component(f)) return *part;
  refuse_name(f);
}

void Lowering::refuse_name(const Formula& f) {
  const std::vector<std::string> outputs = scope_.outputs_of(f.text);
  if (!outputs.empty()) refuse(f, fmt::format("'{}' has several outputs: write {}", f.text, any_of(outputs)));
  // Comparing many unknown names with many known ones would take a while.
  std::string hint = scope_.size() <= 1000 ? did_you_mean(f.text, scope_.names()) : "";
  if (const std::vector<std::string> types = types_called(f.text, scope_.registry()); !types.empty())
    hint = fmt::format("; '{0}' is a function: {0}(…)", f.text);
  else if (const std::string product = as_product(f.text, axes()); !product.empty())
    hint = fmt::format("; a product needs '*': write {}", product);
  refuse(f, fmt::format("nothing is called '{}'{}", f.text, hint));
}

// x1 and x_1 are x[1] where x is a vector and nothing has the name.
std::optional<Operand> Lowering::component(const Formula& f) {
  const std::vector<ComponentName> names = component_names(f.text);
  const auto known =
      std::find_if(names.begin(), names.end(), [&](const ComponentName& c) { return scope_.find(c.of); });
  if (known == names.end()) return std::nullopt;
  const auto& [stem, number] = *known;
  const Named* vector = scope_.find(stem);
  if (vector->poisoned) throw Poisoned{};
  const Operand x = operand_of(*vector);
  Formula named{Formula::name, stem, 0, {}, f.place, 1};
  if (vector->shape.rank != 1)
    refuse(f,
           fmt::format("nothing is called '{}', and {} has no components; an entry of a matrix is {}[{},{}]",
                       f.text, describe(named, x), stem, number.size() == 2 ? number[0] : '2',
                       number.size() == 2 ? number[1] : '1'));
  if (number[0] == '0') refuse(f, fmt::format("nothing is called '{}', and components count from 1", f.text));
  Formula at{Formula::number, number, number.size() < 10 ? std::stod(number) : 1e10, {}, f.place, 1};
  return index({Formula::index, "", 0, {std::move(named), std::move(at)}, f.place, 2});
}

// ---- Lists and indices

// Numbers become a column, rows and lists of numbers the rows of a matrix.
Operand Lowering::list(const Formula& f) {
  Operands items;
  for (const Formula& part : f.parts) {
    Operand o = lower_tree(part);
    if (part.kind == Formula::list && o.kind == Kind::column) o.kind = Kind::row;
    if (o.kind == Kind::column)
      fail(part, fmt::format("a list takes numbers and rows, but found {}; its row is {}'", describe(part, o),
                             part.kind == Formula::name ? part.text : "(" + shown(part) + ")"));
    if (o.kind != Kind::scalar && o.kind != Kind::row)
      fail(part, fmt::format("a list takes numbers and rows, but found {}", describe(part, o)));
    if (!items.empty() && (o.kind != items[0].kind || o.shape.dims[0] != items[0].shape.dims[0]))
      fail(part, fmt::format("found {} in a list that begins with {}: all are numbers, or rows of one length",
                             describe(part, o), describe(f.parts[0], items[0])));
    items.push_back(std::move(o));
  }
  return emit(f, "Stack", items);
}

Operand Lowering::index(const Formula& f) {
  const Formula& whole = f.parts[0];
  Operand x = lower_tree(whole);
  const std::string name = shown(whole);
  const std::size_t given = f.parts.size() - 1, axes = static_cast<std::size_t>(x.shape.rank);
  if (axes == 0) fail(f, fmt::format("{} has no entries to index", describe(whole, x)));
  if (given != axes)
    refuse(f, fmt::format("{} takes {}, found {} {}", describe(whole, x),
                          axes == 1   ? "one index"
                          : axes == 2 ? fmt::format("two indices: {0}[2,1], {0}[2,:] or {0}[:,1]", name)
                                      : fmt::format("{} indices, an index or : for each axis", axes),
                          given, given == 1 ? "index" : "indices"));
  AttributeSetting at = setting("at", GR_SIZE, f);
  std::size_t whole_axes = 0;
  bool row = false;
  for (std::size_t i = 0; i < axes; ++i) {
    const Formula& part = f.parts[i + 1];
    const bool leaves = part.kind == Formula::whole_axis || part.kind == Formula::range;
    if (part.kind == Formula::range) x = slice(f, i, x);
    at.value.texts.push_back(leaves ? "0" : scope_.sizes().text(check_index(f, part, i, x.shape.dims[i])));
    whole_axes += leaves;
    row = leaves && axes == 2 && i == 1;
  }
  if (whole_axes == axes) return x;
  return emit(f, "Index", {x}, {at}, row ? Kind::row : Kind::column);
}

// A size: a number, a name, or such as n - 1.
std::optional<gr_size> Lowering::size_of(const Formula& f) {
  try {
    return scope_.read_size(print_formula(f));
  } catch (const Error&) {
    return std::nullopt;
  }
}

// An index, which an axis must have: a number, or a size such as n - 1 where the axis is known to be as long.
gr_size Lowering::check_index(const Formula& f, const Formula& part, std::size_t axis, gr_size size) {
  const std::optional<double> number = constant_value(part);
  const bool whole = number && *number == std::floor(*number) && *number >= 1 && *number <= 1e9;
  const std::optional<gr_size> at = whole    ? static_cast<gr_size>(*number)
                                    : number ? std::nullopt
                                             : size_of(part);
  if (!at)
    refuse(part,
           fmt::format("found '{}', expected an index: a whole number from 1{}, or : for the whole axis",
                       shown(part), size < 0 ? ", a size such as " + scope_.sizes().text(size) : ""));
  const std::size_t axes = f.parts.size() - 1;
  const std::string name = shown(f.parts[0]);
  const auto count = [&] {
    return fmt::format("{} has {}",
                       axes == 1   ? name
                       : axes == 2 ? (axis == 0 ? "a column of " : "a row of ") + name
                                   : fmt::format("axis {} of {}", axis + 1, name),
                       size == 1 ? "a single entry" : scope_.sizes().text(size) + " entries");
  };
  if (*at >= 0 && size < 0) return *at;  // a graph is refused at sizes that are too small
  gr_size rest = GR_UNKNOWN;
  try {
    rest = scope_.sizes().difference(size, *at);
  } catch (const Error&) {
    fail(f, fmt::format("there is no '{}': {}, counted from 1", shown(f), count()));
  }
  if (rest < 0)
    refuse(part,
           fmt::format("'{}': {}, and nothing says that '{}' is no more", shown(f), count(), shown(part)));
  return *at;
}

// x[2:4] along an axis.
Operand Lowering::slice(const Formula& f, std::size_t axis, const Operand& x) {
  const Formula& range = f.parts[axis + 1];
  Sizes& sizes = scope_.sizes();
  const gr_size size = x.shape.dims[axis], first = check_index(f, range.parts[0], axis, size),
                last = check_index(f, range.parts[1], axis, size);
  if (first == 1 && last == size) return x;
  const auto refuse_empty = [&] {
    fail(f,
         fmt::format("'{}': a slice from {} to {} is empty", shown(f), sizes.text(first), sizes.text(last)));
  };
  try {
    if (sizes.difference(sizes.sum(last, 1), first) == 0) refuse_empty();
  } catch (const Misfit&) {
    throw;
  } catch (const Error&) {
    refuse_empty();
  }
  AttributeSetting from = setting("from", GR_SIZE, f), to = setting("to", GR_SIZE, f),
                   along = setting("axis", GR_INT, f);
  from.value.texts = {sizes.text(first)};
  to.value.texts = {sizes.text(last)};
  along.value.ints = {static_cast<std::int64_t>(axis) + 1};
  return emit(f, "Slice", {x}, {from, to, along}, x.kind);
}

}  // namespace graph_runner
