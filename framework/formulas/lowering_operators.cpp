// Operators: which there are follows from the kinds of their operands.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "formulas/lowering.hpp"
#include "formulas/notation.hpp"

namespace graph_runner {

namespace {

// An operand as it may stand beside any operator.
std::string quoted(const Formula& part) {
  return part.kind <= Formula::transpose ? shown(part) : "(" + shown(part) + ")";
}

// Of x^T, where something is called T.
std::string hint_at_transpose(const Formula& power) {
  const bool meant = power.parts[1].kind == Formula::name && power.parts[1].text == "T";
  return meant ? fmt::format("; as 'T' is declared, a transpose is written {}'", quoted(power.parts[0])) : "";
}

}  // namespace

Operand Lowering::transpose(const Formula& f) {
  Operand x = lower_tree(f.parts[0]);
  if (x.kind == Kind::matrix) return emit(f, "Transpose", {x});
  if (x.kind == Kind::tensor)
    fail(f, fmt::format("{} has no transpose: it has {} axes", describe(f.parts[0], x), x.shape.rank));
  if (x.kind == Kind::scalar && f.text == "T")
    refuse(f, fmt::format("'{}^T': nothing is called 'T', and a number has no transpose", shown(f.parts[0])));
  // A row holds the same entries as its column: the kind alone changes.
  if (x.kind != Kind::scalar) x.kind = x.kind == Kind::row ? Kind::column : Kind::row;
  return x;
}

Operand Lowering::negative(const Formula& f) {
  const Operand x = lower_tree(f.parts[0]);
  return emit(f, "Negate", {x}, {}, x.kind);
}

// ---- Powers

// What a Euclidean norm is of; nothing of any other formula.
std::optional<Operand> Lowering::inside_norm(const Formula& f) {
  if (f.kind != Formula::call || f.parts.size() != 1) return std::nullopt;
  const Alias* alias = alias_of(f, scope_.registry(), axes());
  const Formula plain = alias ? spelled_out(*alias, f) : f;
  if (plain.kind != Formula::call || function(plain).name() != "Norm2") return std::nullopt;
  const Operand x = lower_tree(f.parts[0]);
  if (alias) refuse_kinds(f, *alias, {x.kind});
  return x;
}

Operand Lowering::power(const Formula& f) {
  const Formula &base = f.parts[0], &above = f.parts[1];
  const std::optional<double> exponent = constant_value(above);
  // norm2(u)^2 has no kink at 0, and no root is taken for it.
  if (exponent == 2)
    if (const auto x = inside_norm(base)) return emit(f, "SquaredNorm", {*x});
  Operand x = lower_tree(base);
  if (f.kind == Formula::power && x.kind == Kind::matrix) return matrix_power(f, x, exponent);
  if (above.kind == Formula::name && above.text[0] == 'T' && !axes()(above.text))
    if (const std::string rest = as_product(above.text.substr(1), axes()); !rest.empty())
      refuse(above, fmt::format("nothing is called '{}'; a product needs '*': write {}^T*{}", above.text,
                                quoted(base), rest));
  const Operand y = lower_tree(above);
  const bool exponential = base.kind == Formula::constant && base.text == "e";
  if (f.kind == Formula::power && (x.kind != Kind::scalar || y.kind != Kind::scalar))
    fail(f, fmt::format("'{}': ^ takes numbers, but {} is none; .^ is elementwise: write {}{}", shown(f),
                        x.kind == Kind::scalar ? describe(above, y) : describe(base, x),
                        exponential ? fmt::format("exp({})", shown(above))
                                    : fmt::format("{} .^ {}", quoted(base), quoted(above)),
                        hint_at_transpose(f)));
  if (exponential && !y.constant) return elementwise(f, "Exp", {y});
  const double n = exponent.value_or(0.5);
  if (n != std::floor(n) || std::abs(n) > 1e6) return elementwise(f, "Pow", {x, y});
  AttributeSetting whole = setting("exponent", GR_INT, f);
  whole.value.ints = {static_cast<std::int64_t>(std::abs(n))};
  if (n != -1) x = emit(f, "Power", {x}, {whole}, x.kind);
  return n < 0 ? elementwise(f, "Divide", {constant(f, 1), x}) : x;
}

// A^k is A*A*…*A, by repeated squaring, and A^-k of its inverse.
Operand Lowering::matrix_power(const Formula& f, Operand x, std::optional<double> exponent) {
  const Formula& base = f.parts[0];
  const auto size = [&](int axis) { return scope_.sizes().text(x.shape.dims[axis]); };
  if (x.shape.dims[0] != x.shape.dims[1])
    fail(f, fmt::format("'{}': a power is of a square matrix, but {} is {} × {}{}", shown(f),
                        describe(base, x), size(0), size(1), hint_at_transpose(f)));
  if (!exponent || *exponent != std::floor(*exponent) || std::abs(*exponent) > 1000)
    refuse(f,
           fmt::format("'{}': the exponent of a matrix is a whole constant; entry by entry, write {} .^ {}{}",
                       shown(f), quoted(base), quoted(f.parts[1]), hint_at_transpose(f)));
  if (*exponent == 0) refuse(f, fmt::format("'{}' is the identity; write eye({})", shown(f), size(0)));
  if (*exponent < 0) x = emit(f, "Inv", {x});
  std::optional<Operand> product;
  for (int n = static_cast<int>(std::abs(*exponent)); n > 0; n /= 2) {
    if (n % 2) product = product ? emit(f, "MatMul", {*product, x}) : x;
    if (n > 1) x = emit(f, "MatMul", {x, x});
  }
  return *product;
}

// ---- Products

// 1'*x is no product of a number and x: a row of ones is meant.
void Lowering::refuse_transposed_one(const Formula& product) const {
  for (const Formula& part : product.parts)
    if (part.kind == Formula::transpose && part.parts[0].kind == Formula::number && part.parts[0].value == 1)
      refuse(part, fmt::format("'{}': 1' transposes a number; a row of n ones is ones(n)', as in ones(n)'*x",
                               shown(product)));
}

Operand Lowering::quotient(const Formula& f, const Operand& a, const Operand& b) {
  if (b.kind == Kind::scalar) return elementwise(f, "Divide", {a, b});
  const std::string l = quoted(f.parts[0]), r = shown(f.parts[1]);
  std::string hint = fmt::format("./ is elementwise: write {} ./ {}", l, quoted(f.parts[1]));
  if (b.kind == Kind::matrix)
    hint = fmt::format("./ is elementwise; with an inverse, write {}inv({})",
                       a.constant == 1.0 ? "" : l + "*", r);
  fail(f, fmt::format("'{}': / divides by a number, but {} is none; {}", shown(f), describe(f.parts[1], b),
                      hint));
}

Operand Lowering::product(const Formula& f) {
  const Operand a = lower_tree(f.parts[0]), b = lower_tree(f.parts[1]);
  if (f.kind == Formula::divide) return quotient(f, a, b);
  const auto both = [&] { return describe(f.parts[0], a) + ", and " + describe(f.parts[1], b); };
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

}  // namespace graph_runner
