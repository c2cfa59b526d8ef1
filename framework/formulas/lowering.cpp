// Names, operators, lists and indices.
#include "formulas/lowering.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/text.hpp"

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

Operand Lowering::lower(const Formula& f) {
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
  for (const Formula& part : f.parts) operands.push_back(lower(part));
  return elementwise(f, type, std::move(operands));
}

// ---- Names

namespace {

Operand operand_of(const Named& value) { return {value.kind, value.shape, value.from, {}}; }

AttributeSetting setting(const char* name, gr_kind kind, const Formula& f) {
  AttributeSetting s{name, {}, f.place, false};
  s.value.kind = kind;
  return s;
}

}  // namespace

Operand Lowering::name(const Formula& f) {
  if (const Named* value = scope_.find(f.text)) {
    if (value->poisoned) throw Poisoned{};
    return operand_of(*value);
  }
  const Named* node = scope_.find(std::string_view(f.text).substr(0, f.text.find('.')));
  if (node && node->poisoned) throw Poisoned{};
  if (scope_.is_size(f.text)) {
    AttributeSetting of = setting("of", GR_SIZE, f);
    of.value.texts = {f.text};
    return emit(f, "Extent", {}, {of});
  }
  if (const auto part = component(f)) return *part;
  const std::vector<std::string> names = scope_.names();
  std::vector<std::string> outputs;
  for (const std::string& n : names)
    if (n.rfind(f.text + ".", 0) == 0) outputs.push_back(n);
  if (!outputs.empty()) refuse(f, fmt::format("'{}' has several outputs: write {}", f.text, any_of(outputs)));
  // Comparing many unknown names with many known ones would take a while.
  std::string hint = names.size() <= 1000 ? did_you_mean(f.text, names) : "";
  if (const std::vector<std::string> types = types_called(f.text, scope_.registry()); !types.empty())
    hint = fmt::format("; '{0}' is a function: {0}(…)", f.text);
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
    refuse(f, fmt::format("nothing is called '{}', and {} has no components; an entry of a matrix is {}[2,1]",
                          f.text, describe(named, x), stem));
  if (number[0] == '0') refuse(f, fmt::format("nothing is called '{}', and components count from 1", f.text));
  Formula at{Formula::number, number, number.size() < 10 ? std::stod(number) : 1e10, {}, f.place, 1};
  return index({Formula::index, "", 0, {std::move(named), std::move(at)}, f.place, 2});
}

// ---- Operators

Operand Lowering::transpose(const Formula& f) {
  Operand x = lower(f.parts[0]);
  if (x.kind == Kind::matrix) return emit(f, "Transpose", {x});
  if (x.kind == Kind::tensor)
    fail(f, fmt::format("{} has no transpose: it has {} axes", describe(f.parts[0], x), x.shape.rank));
  // A row holds the same entries as its column: the kind alone changes.
  if (x.kind != Kind::scalar) x.kind = x.kind == Kind::row ? Kind::column : Kind::row;
  return x;
}

Operand Lowering::negative(const Formula& f) {
  const Operand x = lower(f.parts[0]);
  return emit(f, "Negate", {x}, {}, x.kind);
}

Operand Lowering::power(const Formula& f) {
  const Formula &base = f.parts[0], &above = f.parts[1];
  const std::optional<double> constant_exponent = constant_value(above);
  // norm2(u)^2 has no kink at 0, and no root is taken for it.
  if (constant_exponent == 2 && base.kind == Formula::call && base.parts.size() == 1 &&
      function(base).name() == "Norm2")
    return emit(f, "SquaredNorm", {lower(base.parts[0])});
  Operand x = lower(base);
  const Operand y = lower(above);
  if (f.kind == Formula::power && (x.kind != Kind::scalar || y.kind != Kind::scalar))
    fail(f, fmt::format("'{}': ^ takes numbers, but {} is none; .^ is elementwise{}", shown(f),
                        x.kind == Kind::scalar ? describe(above, y) : describe(base, x),
                        x.kind == Kind::matrix ? ", A*A a product" : ""));
  const double n = constant_exponent.value_or(0.5);
  if (n != std::floor(n) || std::abs(n) > 1e6) return elementwise(f, "Pow", {x, y});
  AttributeSetting exponent = setting("exponent", GR_INT, f);
  exponent.value.ints = {static_cast<std::int64_t>(std::abs(n))};
  if (n != -1) x = emit(f, "Power", {x}, {exponent}, x.kind);
  return n < 0 ? elementwise(f, "Divide", {constant(f, 1), x}) : x;
}

// 1'*x is no product of a number and x: a row of ones is meant.
void Lowering::refuse_transposed_one(const Formula& product) const {
  for (const Formula& part : product.parts)
    if (part.kind == Formula::transpose && part.parts[0].kind == Formula::number && part.parts[0].value == 1)
      refuse(part, fmt::format("'{}': 1' transposes a number; a row of n ones is ones(n)', as in ones(n)'*x",
                               shown(product)));
}

Operand Lowering::product(const Formula& f) {
  const Operand a = lower(f.parts[0]), b = lower(f.parts[1]);
  const auto both = [&] { return describe(f.parts[0], a) + ", and " + describe(f.parts[1], b); };
  if (f.kind == Formula::divide) {
    if (b.kind != Kind::scalar)
      fail(f, fmt::format("'{}': / divides by a number, but {} is none; ./ is elementwise{}", shown(f),
                          describe(f.parts[1], b), b.kind == Kind::matrix ? ", inv(B) an inverse" : ""));
    return elementwise(f, "Divide", {a, b});
  }
  if (a.kind != Kind::scalar || b.kind != Kind::scalar) refuse_transposed_one(f);
  if (a.kind == Kind::scalar || b.kind == Kind::scalar) return elementwise(f, "Multiply", {a, b});
  const auto inner = [&](gr_size left, gr_size right) {
    if (left != right)
      fail(f,
           fmt::format("'{}': {}: a product wants as many columns on its left ({}) as rows on its right ({})",
                       shown(f), both(), scope_.sizes().text(left), scope_.sizes().text(right)));
  };
  const auto kinds = [&](Kind left, Kind right) { return a.kind == left && b.kind == right; };
  if (kinds(Kind::column, Kind::row)) return emit(f, "Outer", {a, b});
  if (kinds(Kind::row, Kind::column)) {
    inner(a.shape.dims[0], b.shape.dims[0]);
    return emit(f, "Dot", {a, b});
  }
  if (kinds(Kind::matrix, Kind::column)) {
    inner(a.shape.dims[1], b.shape.dims[0]);
    return emit(f, "MatVec", {a, b});
  }
  if (kinds(Kind::row, Kind::matrix) || kinds(Kind::matrix, Kind::matrix)) {
    inner(a.shape.dims[a.shape.rank - 1], b.shape.dims[0]);
    return emit(f, "MatMul", {a, b}, {}, Kind::row);
  }
  const auto quoted = [](const Formula& part) {
    return part.kind <= Formula::transpose ? shown(part) : "(" + shown(part) + ")";
  };
  const std::string l = quoted(f.parts[0]), r = quoted(f.parts[1]);
  std::string hint = "elementwise it is .*";
  if (a.kind == b.kind && a.kind == Kind::column)
    hint += fmt::format(", a number {0}'*{1}, a matrix {0}*{1}'", l, r);
  else if (a.kind == Kind::column && b.kind == Kind::matrix)
    hint = fmt::format("a transpose is missing: {}'*{}", l, r);
  else if (a.kind == Kind::matrix && b.kind == Kind::row)
    hint = fmt::format("a transpose is missing: {}*{}'", l, r);
  fail(f, fmt::format("'{}': there is no product of {}; {}", shown(f), both(), hint));
}

// ---- Lists and indices

// Numbers become a column, rows and lists of numbers the rows of a matrix.
Operand Lowering::list(const Formula& f) {
  Operands items;
  for (const Formula& part : f.parts) {
    Operand o = lower(part);
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
  Operand x = lower(whole);
  const std::string name = shown(whole);
  const std::size_t given = f.parts.size() - 1, axes = static_cast<std::size_t>(x.shape.rank);
  if (axes == 0) fail(f, fmt::format("{} has no entries to index", describe(whole, x)));
  if (given != axes)
    refuse(f, fmt::format("{} takes {}, found {} {}", describe(whole, x),
                          axes == 1   ? "one index"
                          : axes == 2 ? fmt::format("two indices: {0}[2,1], {0}[2,:] or {0}[:,1]", name)
                                      : fmt::format("{} indices, an index or : for each axis", axes),
                          given, given == 1 ? "index" : "indices"));
  AttributeSetting at = setting("at", GR_INT, f);
  for (std::size_t i = 0; i < axes; ++i) {
    const Formula& part = f.parts[i + 1];
    if (part.kind == Formula::whole_axis) {
      at.value.ints.push_back(0);
      continue;
    }
    const std::optional<double> number = constant_value(part);
    if (!number || *number != std::floor(*number) || *number < 1 || *number > 1e9)
      refuse(part,
             fmt::format("found '{}', expected an index: a whole number from 1, or : for the whole axis",
                         shown(part)));
    const gr_size size = x.shape.dims[i];
    if (size >= 0 && *number > static_cast<double>(size))
      fail(f, fmt::format("there is no '{}': {} has {}, counted from 1", shown(f),
                          axes == 1   ? name
                          : axes == 2 ? (i == 0 ? "a column of " : "a row of ") + name
                                      : fmt::format("axis {} of {}", i + 1, name),
                          size == 1 ? "a single entry" : scope_.sizes().text(size) + " entries"));
    at.value.ints.push_back(static_cast<std::int64_t>(*number));
  }
  if (std::count(at.value.ints.begin(), at.value.ints.end(), 0) == static_cast<std::ptrdiff_t>(axes))
    return x;
  return emit(f, "Index", {x}, {at}, axes == 2 && at.value.ints[1] == 0 ? Kind::row : Kind::column);
}

}  // namespace graph_runner
