// Formulas as text, and those that are constant.
#include "formulas/formula.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <numbers>

#include "formulas/notation.hpp"

namespace graph_runner {

bool Formula::operator==(const Formula& other) const {
  return kind == other.kind && text == other.text && (kind != number || value == other.value) &&
         (kind != derivative || *derived == *other.derived) && parts == other.parts;
}

namespace {

// How tightly a tree holds together: what stands beside a tighter operator needs parentheses.
enum Level { sums = 1, products, signs, powers, postfixes };

struct Notation {
  const char* symbol;
  Level level;
};
Notation notation_of(Formula::Kind kind) {
  switch (kind) {
    case Formula::add:
      return {" + ", sums};
    case Formula::subtract:
      return {" - ", sums};
    case Formula::multiply:
      return {"*", products};
    case Formula::divide:
      return {"/", products};
    case Formula::each_multiply:
      return {" .* ", products};
    case Formula::each_divide:
      return {" ./ ", products};
    case Formula::negative:
      return {"-", signs};
    case Formula::power:
      return {"^", powers};
    case Formula::each_power:
      return {" .^ ", powers};
    default:
      return {"", postfixes};
  }
}

void print(const Formula& f, std::string& out);

void print_inside(const Formula& f, int least, std::string& out) {
  const bool brackets = notation_of(f.kind).level < least;
  if (brackets) out += '(';
  print(f, out);
  if (brackets) out += ')';
}

void print_all(const std::vector<Formula>& parts, std::size_t from, const char* between, std::string& out) {
  for (std::size_t i = from; i < parts.size(); ++i) {
    if (i > from) out += between;
    print(parts[i], out);
  }
}

void print_list(const Formula& f, std::string& out) {
  const bool rows = f.parts.size() > 1 && std::all_of(f.parts.begin(), f.parts.end(), [](const Formula& row) {
                      return row.kind == Formula::list && row.parts.size() > 1;
                    });
  out += '[';
  if (rows)
    for (const Formula& row : f.parts) {
      if (&row != &f.parts[0]) out += "; ";
      print_all(row.parts, 0, ", ", out);
    }
  else
    print_all(f.parts, 0, ", ", out);
  out += ']';
}

// Most are name(…); a few have brackets and signs of their own.
void print_call(const Formula& f, std::string& out) {
  const bool norm = f.text == "‖₁" || f.text == "‖₂";
  if (norm || f.text == "|") {
    out += norm ? "‖" : "|";
    print(f.parts[0], out);
    out += f.text;
  } else if (f.text == "⊗") {
    out += '(';
    print_inside(f.parts[0], signs, out);
    out += " ⊗ ";
    print_inside(f.parts[1], signs, out);
    out += ')';
  } else {
    out += f.text + '(';
    print_all(f.parts, 0, ", ", out);
    out += ')';
  }
}

void print(const Formula& f, std::string& out) {
  const Notation notation = notation_of(f.kind);
  switch (f.kind) {
    case Formula::number:
    case Formula::constant:
    case Formula::name:
    case Formula::derivative:
      out += f.text;
      return;
    case Formula::whole_axis:
      out += ':';
      return;
    case Formula::range:
      return print_all(f.parts, 0, ":", out);
    case Formula::call:
      return print_call(f, out);
    case Formula::index:
      print_inside(f.parts[0], postfixes, out);
      out += '[';
      print_all(f.parts, 1, ",", out);
      out += ']';
      return;
    case Formula::list:
      return print_list(f, out);
    case Formula::transpose:
      print_inside(f.parts[0], postfixes, out);
      out += '\'';
      return;
    case Formula::negative:
      out += '-';
      return print_inside(f.parts[0], signs, out);
    case Formula::power:
    case Formula::each_power:  // from the right
      print_inside(f.parts[0], powers + 1, out);
      out += notation.symbol;
      return print_inside(f.parts[1], signs, out);
    default:  // from the left
      print_inside(f.parts[0], notation.level, out);
      out += notation.symbol;
      print_inside(f.parts[1], notation.level + 1, out);
  }
}

double checked(double x, const Formula& f) {
  if (!std::isfinite(x)) throw Error(Exit::bad_request, f.place, "is not a finite number");
  return x;
}

}  // namespace

std::string print_formula(const Formula& formula) {
  std::string out;
  print(formula, out);
  return out;
}

std::optional<double> constant_value(const Formula& f) {
  if (f.kind == Formula::number || f.kind == Formula::constant) return f.value;
  if (f.kind == Formula::negative) {
    const auto x = constant_value(f.parts[0]);
    return x ? std::optional(-*x) : std::nullopt;
  }
  if (f.kind < Formula::power) return std::nullopt;
  const auto x = constant_value(f.parts[0]);
  const auto y = x ? constant_value(f.parts[1]) : std::nullopt;
  if (!y) return std::nullopt;
  switch (f.kind) {
    case Formula::add:
      return checked(*x + *y, f);
    case Formula::subtract:
      return checked(*x - *y, f);
    case Formula::multiply:
    case Formula::each_multiply:
      return checked(*x * *y, f);
    case Formula::divide:
    case Formula::each_divide:
      if (*y == 0) throw Error(Exit::bad_request, f.parts[1].place, "division by zero");
      return checked(*x / *y, f);
    default:
      return checked(std::pow(*x, *y), f);
  }
}

namespace {

// The value of a constant formula, to some three digits more.
long double longer_value(const Formula& f) {
  if (f.kind == Formula::number) return std::strtold(f.text.c_str(), nullptr);
  if (f.kind == Formula::constant)
    return f.text == "e" ? std::numbers::e_v<long double> : std::numbers::pi_v<long double>;
  const long double x = longer_value(f.parts[0]);
  if (f.kind == Formula::negative) return -x;
  const long double y = longer_value(f.parts[1]);
  switch (f.kind) {
    case Formula::add:
      return x + y;
    case Formula::subtract:
      return x - y;
    case Formula::multiply:
    case Formula::each_multiply:
      return x * y;
    case Formula::divide:
    case Formula::each_divide:
      return x / y;
    default:
      return std::pow(x, y);
  }
}

}  // namespace

bool loses_digits(const Formula& constant, double value) {
  return std::abs(longer_value(constant) - value) > 0x1p-51L * std::abs(value);
}

ConstantResult evaluate_constant(const FormulaText& text) {
  try {
    const Formula f = understood(parse_formula(text), {});
    if (const auto value = constant_value(f)) return {*value, "", {}};
    return {0, "only numbers, pi, e, + - * / ^ and parentheses make a constant", f.place};
  } catch (const Error& e) {
    return {0, e.problems()[0].message, e.problems()[0].place};
  }
}

std::optional<double> plain_number(const std::string& t) {
  double x = 0;
  const auto [end, code] = std::from_chars(t.data(), t.data() + t.size(), x);
  const std::size_t digits = !t.empty() && t[0] == '-' ? 1 : 0;
  const auto digit = [&](std::size_t i) { return i < t.size() && t[i] >= '0' && t[i] <= '9'; };
  const bool plain = code == std::errc() && end == t.data() + t.size() && digit(digits) &&
                     (t[digits] != '0' || !digit(digits + 1));
  return plain ? std::optional(x) : std::nullopt;
}

ConstantResult evaluate_constant(const Yaml& scalar) {
  if (const auto x = plain_number(scalar.text)) return {*x, "", {}};  // most are numbers alone
  // Places are sought only where they are needed: a line may hold a million constants.
  const ConstantResult r = evaluate_constant(FormulaText(scalar.text));
  return r.error.empty() ? r : evaluate_constant(FormulaText(scalar));
}

}  // namespace graph_runner
