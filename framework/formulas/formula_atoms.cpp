// Values: numbers, names, functions, and what stands in brackets.
#include <fmt/format.h>

#include <algorithm>

#include "formulas/formula_reader.hpp"

namespace graph_runner {

Formula FormulaReader::atom() {
  const FormulaToken at = peek();
  if (at.kind == FormulaToken::number) {
    ++at_;
    Formula f = make(Formula::number, at, {}, at.text);
    f.value = at.value;
    return f;
  }
  if (at.kind == FormulaToken::name) return named();
  const Nested nested(*this);
  if (at.kind == FormulaToken::symbol) {
    if (is("(") || is("[")) return bracketed(at);
    if (is("‖")) return norm(at);
    if (is("|")) return magnitude(at);
    if (is("√") || is("∛")) return root(at);
    if (is("⟨") || is("<")) return inner(at);
  }
  if (at.kind == FormulaToken::end) fail("the formula ends where a value is missing");
  fail(fmt::format("found {}, expected a value: a number, a name, a function or a bracket", found()));
}

Formula FormulaReader::bracketed(const FormulaToken& at) {
  if (take("[")) return list(at);
  take("(");
  Formula inside = comparison();
  if (is(",")) fail("',' separates nothing here; a list stands in brackets: [a, b]");
  expect(")", at);
  return inside;
}

// ‖x‖, ‖x‖₂, ‖x‖₁ and ‖A‖_F.
Formula FormulaReader::norm(const FormulaToken& at) {
  if (at.text != "‖") fail("a norm begins with ‖ alone");
  ++at_;
  Formula inside = sum();
  if (take("‖₁")) return call(at, "‖₁", std::move(inside));
  if (take("‖₂")) return call(at, "‖₂", std::move(inside));
  if (!take("‖F")) expect("‖", at);
  const std::string_view behind =
      std::string_view(text_.text()).substr(std::min(peek().at, text_.text().size()));
  if (is_name() && behind[0] == '_')
    fail(fmt::format("there are ‖x‖₂, ‖x‖₁ and ‖A‖_F; the largest entry is max(abs({}))",
                     print_formula(inside)));
  return call(at, "norm2", std::move(inside));
}

// |t|
Formula FormulaReader::magnitude(const FormulaToken& at) {
  take("|");
  if (take("|")) {
    const std::size_t start = peek().at;
    sum();
    throw Error(Exit::bad_request, place(at),
                fmt::format("a norm is written with ‖ or as norm2({})", written(start)));
  }
  Formula inside = sum();
  expect("|", at);
  return call(at, "|", std::move(inside));
}

// √x is sqrt(x). Of √x^2, nobody knows how far the root goes.
Formula FormulaReader::root(const FormulaToken& at) {
  ++at_;
  const std::size_t start = peek().at;
  Formula inside = postfix();
  const std::string function = at.text == "√" ? "sqrt" : "cbrt";
  if (is("^") || is(".^")) {
    const std::string base = written(start);
    const std::size_t sign = peek().at;
    ++at_;
    next_operand();
    const std::string raised = written(sign);
    throw Error(Exit::bad_request, place(at),
                fmt::format("the root may be of '{0}' or of '{0}{1}'; write {2}{3}{1} or {2}({0}{1})", base,
                            raised, function, base[0] == '(' ? base : "(" + base + ")"));
  }
  return call(at, function, std::move(inside));
}

// ⟨u, v⟩
Formula FormulaReader::inner(const FormulaToken& at) {
  const bool ascii = take("<");
  if (!ascii) take("⟨");
  Formula u = sum();
  if (!is(",")) fail(fmt::format("found {}, expected ',' and the second of ⟨u, v⟩", found()));
  ++at_;
  Formula v = sum();
  if (ascii)
    throw Error(Exit::bad_request, place(at),
                fmt::format("a scalar product is written ⟨{0}, {1}⟩ or dot({0}, {1})", print_formula(u),
                            print_formula(v)));
  expect("⟩", at);
  Formula f = binary(Formula::call, at, std::move(u), std::move(v));
  f.text = "inner";
  return f;
}

// [a, b] is a list of two; [a; b] too; [a, b; c, d] a list of two lists.
Formula FormulaReader::list(const FormulaToken& at) {
  if (is("]")) fail("an empty list");
  std::vector<std::vector<Formula>> rows;
  std::vector<FormulaToken> starts;
  do {
    rows.emplace_back();
    starts.push_back(peek());
    do rows.back().push_back(comparison());
    while (take(","));
  } while (take(";"));
  expect("]", at);
  if (rows.size() == 1) return make(Formula::list, at, std::move(rows[0]));
  std::vector<Formula> parts;
  const bool flat = std::all_of(rows.begin(), rows.end(), [](const auto& r) { return r.size() == 1; });
  for (std::size_t r = 0; r < rows.size(); ++r)
    parts.push_back(flat ? std::move(rows[r][0]) : make(Formula::list, starts[r], std::move(rows[r])));
  return make(Formula::list, at, std::move(parts));
}

Formula FormulaReader::named() {
  if (at_derivative()) return derivative();
  if (peek().curly)
    fail("∂ stands in derivatives of claims, such as ∂f/∂x, and where no values are called df and dx");
  const FormulaToken at = tokens_[at_++];
  if (at.text.rfind("∑", 0) == 0) return added(at);
  if (!is("(")) return make(Formula::name, at, {}, at.text);
  std::vector<Formula> parts;
  arguments(parts);
  return make(Formula::call, at, std::move(parts), at.text);
}

// ∑(x) is sum(x). What a ∑ without brackets adds up, and over which index, is told.
Formula FormulaReader::added(const FormulaToken& at) {
  const Nested nested(*this);
  const std::string over = at.text.substr(std::string_view("∑").size());
  if (over.empty() && is("(")) {
    std::vector<Formula> parts;
    arguments(parts);
    return make(Formula::call, at, std::move(parts), "sum");
  }
  if (over[0] == '_') fail("a sum over an index is written sum(i, n, …)");
  const std::string of = next_product();
  throw Error(Exit::bad_request, place(at),
              over.empty() ? fmt::format("what ∑ adds up stands in brackets; write sum({})", of)
                           : fmt::format("a sum over an index is written sum({}, {})", over, of));
}

// From the ( to the ).
void FormulaReader::arguments(std::vector<Formula>& parts) {
  const Nested nested(*this);
  const FormulaToken opening = tokens_[at_++];
  if (!is(")")) do
      parts.push_back(comparison());
    while (take(","));
  expect(")", opening);
}

}  // namespace graph_runner
