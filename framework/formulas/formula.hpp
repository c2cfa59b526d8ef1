// The formula language: a text as a syntax tree, and back. What names and functions mean, and which products
// exist, is for those who read the tree: lowering.hpp turns it into nodes. graphs/README.md is the reference
// of the language.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "formulas/formula_text.hpp"

namespace graph_runner {

// dL/dW, d2f/dx2 and d2f/dxdy by the names that stand in them.
struct DerivativeText {
  std::string of, by;
  std::optional<std::string> second;  // of a second derivative; empty where `by` is not two names

  bool operator==(const DerivativeText&) const = default;
};

struct Formula {
  enum Kind {
    number,      // `value`, written as `text`
    constant,    // `value`, called `text`: "pi", "e"
    name,        // `text`: "x", "x1", "hidden.W"
    derivative,  // `derived`, written as `text`: "dL/dW"; where the reader of claims says so
    whole_axis,  // the : of A[2,:]
    range,       // the 1:3 of x[1:3]
    call,        // text(parts…)
    index,       // parts[0][parts[1], …]
    list,        // [parts, …]; [a, b; c, d] is a list of two lists
    transpose,
    negative,
    power,
    each_power,  // .^
    multiply,
    each_multiply,  // .*
    divide,
    each_divide,  // ./
    add,
    subtract
  };
  Kind kind = number;
  std::string text;
  double value = 0;
  std::vector<Formula> parts;
  Place place;    // of the name, number or operator, for messages
  int depth = 1;  // of the tree below
  std::shared_ptr<const DerivativeText> derived = nullptr;

  // The same tree, places aside.
  bool operator==(const Formula& other) const;
};

// The number of axes of what a name names, and nothing where nothing is called so.
using AxesOf = std::function<std::optional<std::size_t>(const std::string& name)>;

// What is known of names, for hints; and what claims add to the language: derivatives.
struct FormulaOptions {
  // What "A/B" of two names says where it is a derivative, such as dL/dW; it then binds tighter than
  // anything.
  std::function<std::optional<DerivativeText>(std::string_view above, std::string_view below)> derivative;
  // By it, a hint cuts Qx into Q*x. With it, dh[i]/dx[j] is dh/dx[i,j], and where one of the two has no
  // index, it is taken whole.
  AxesOf axes;
  // What ∇f is taken by: the one input that f depends on. Throws Error (bad_request) where there are more.
  std::function<std::string(const std::string& of, const Place& place)> variable;
};

// Reads a whole text. With `at`, reads from that byte to where the formula ends, which `at` is set to: for
// claims, in which "=" follows. Time is linear. Throws Error (bad_request) at the first character that does
// not fit.
Formula parse_formula(const FormulaText& text, const FormulaOptions& options = {}, std::size_t* at = nullptr);

// A formula as text, with the fewest parentheses: reading it gives the same tree.
std::string print_formula(const Formula& formula);

// The value of a formula of numbers, constants, + - * / ^ and parentheses; nothing for any other. Throws
// Error (bad_request) for a division by zero and what is not a finite number.
std::optional<double> constant_value(const Formula& formula);

// Whether a constant has lost digits on its way, as (2^0.5)^2 - 2 has, which is 0: it differs from what more
// digits give by more than rounding it once may make.
bool loses_digits(const Formula& constant, double value);

// A text that is a decimal number and no more, such as -1.5e-3.
std::optional<double> plain_number(const std::string& text);

// A number where the file expects one: a constant formula, such as 1/255, pi/2 or e^-3.
struct ConstantResult {
  double value = 0;
  std::string error;  // empty where it is fine
  Place place;        // of the error
};
ConstantResult evaluate_constant(const FormulaText& text);
ConstantResult evaluate_constant(const Yaml& scalar);

}  // namespace graph_runner
