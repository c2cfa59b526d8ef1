// Levels of precedence.
#include <fmt/format.h>

#include <algorithm>

#include "formulas/formula_reader.hpp"

namespace graph_runner {

Formula FormulaReader::parse(std::size_t* end) {
  if (peek().kind == FormulaToken::end) fail("a formula is missing here");
  Formula whole = comparison();
  // A claim goes on with its point; where an assignment ends is for its reader to say.
  const bool point = is_name() && peek().text == "at";
  if (end && (!options_.derivative || point || peek().kind == FormulaToken::end))
    *end = peek().at;
  else if (peek().kind != FormulaToken::end)
    unexpected();
  return whole;
}

// ---- Tokens

bool FormulaReader::take(std::string_view symbol) {
  if (!is(symbol)) return false;
  ++at_;
  return true;
}

std::string FormulaReader::found() const {
  return peek().kind == FormulaToken::end ? "the end"
                                          : fmt::format("'{}'", text_.text().substr(peek().at, peek().bytes));
}

void FormulaReader::expect(std::string_view symbol, const FormulaToken& opening) {
  if (take(symbol)) return;
  const std::string_view open = std::string_view(text_.text()).substr(opening.at, opening.bytes);
  if (peek().kind == FormulaToken::end)
    throw Error(Exit::bad_request, place(opening),
                fmt::format("this '{}' is never closed: '{}' is missing", open, symbol));
  if (is(")") || is("]"))
    fail(fmt::format("found {}, expected '{}' to close the '{}' before", found(), symbol, open));
  unexpected();
}

// ---- Trees

Formula FormulaReader::make(Formula::Kind kind, const FormulaToken& at, std::vector<Formula> parts,
                            std::string text) const {
  constexpr int most_deep = 1000;
  Formula f;
  f.kind = kind;
  f.text = std::move(text);
  f.place = place(at);
  for (const Formula& part : parts) f.depth = std::max(f.depth, part.depth + 1);
  if (f.depth > most_deep)
    throw Error(
        Exit::bad_request, f.place,
        fmt::format("more than {} operations on end; give a part of it a name of its own", most_deep));
  f.parts = std::move(parts);
  return f;
}

Formula FormulaReader::unary(Formula::Kind kind, const FormulaToken& at, Formula operand) const {
  std::vector<Formula> parts;
  parts.push_back(std::move(operand));
  return make(kind, at, std::move(parts));
}

Formula FormulaReader::binary(Formula::Kind kind, const FormulaToken& at, Formula left, Formula right) const {
  std::vector<Formula> parts;
  parts.push_back(std::move(left));
  parts.push_back(std::move(right));
  return make(kind, at, std::move(parts));
}

Formula FormulaReader::call(const FormulaToken& at, std::string function, Formula argument) const {
  Formula f = unary(Formula::call, at, std::move(argument));
  f.text = std::move(function);
  return f;
}

// ---- Levels

// a > b is step(a - b), and a >= b is 1 - step(b - a): 1 where it holds, else 0.
Formula FormulaReader::comparison() {
  const std::size_t start = peek().at;
  Formula left = sum();
  const FormulaToken at = peek();
  const auto compares = [&] { return is(">") || is("<") || is(">=") || is("<="); };
  if (!compares()) return left;
  ++at_;
  const std::size_t middle = peek().at;
  Formula right = sum();
  if (compares()) {
    const std::string first = written(start), second = written(middle), sign = peek().text;
    const Place here = place(peek());
    ++at_;
    const std::string last = next_operand();
    throw Error(
        Exit::bad_request, here,
        fmt::format("a comparison has two sides; write ({}) .* ({} {} {})", first, second, sign, last));
  }
  const bool greater = at.text[0] == '>', equal = at.text.size() == 2;
  const auto zero = [](const Formula& f) { return f.kind == Formula::number && f.value == 0; };
  Formula &more = greater != equal ? left : right, &less = greater != equal ? right : left;
  Formula difference = zero(less)   ? std::move(more)
                       : zero(more) ? unary(Formula::negative, at, std::move(less))
                                    : binary(Formula::subtract, at, std::move(more), std::move(less));
  Formula step = call(at, "step", std::move(difference));
  if (!equal) return step;
  Formula one = make(Formula::number, at, {}, "1");
  one.value = 1;
  return binary(Formula::subtract, at, std::move(one), std::move(step));
}

Formula FormulaReader::sum() {
  Formula left = product();
  while (is("+") || is("-")) {
    const FormulaToken at = tokens_[at_++];
    Formula right = product();
    left = binary(at.text == "+" ? Formula::add : Formula::subtract, at, std::move(left), std::move(right));
  }
  return left;
}

Formula FormulaReader::product() {
  static const std::vector<std::pair<std::string_view, Formula::Kind>> operators = {
      {"*", Formula::multiply},     {"/", Formula::divide},        {".*", Formula::each_multiply},
      {"./", Formula::each_divide}, {"⊙", Formula::each_multiply}, {"⊗", Formula::call}};
  const std::size_t start = operand_ = peek().at;
  Formula left = sign();
  operand_ = start;
  std::string_view before;
  while (true) {
    const auto found =
        std::find_if(operators.begin(), operators.end(), [&](const auto& o) { return is(o.first); });
    if (found == operators.end()) return left;
    refuse_mixture(left, start, before);
    before = found->first;
    if (is("*") && is("*", 1)) {
      const std::string base = written(operand_);
      const Place here = place(peek(1));
      at_ += 2;
      throw Error(Exit::bad_request, here, fmt::format("a power is written {}^{}", base, next_operand()));
    }
    const FormulaToken at = tokens_[at_++];
    const std::size_t operand = peek().at;
    left = binary(found->second, at, std::move(left), sign());
    if (left.kind == Formula::call) left.text = "⊗";
    operand_ = operand;
  }
}

Formula FormulaReader::sign() {
  if (!is("-") && !is("+")) return power();
  const Nested nested(*this);
  const FormulaToken at = tokens_[at_++];
  Formula operand = sign();
  return at.text == "-" ? unary(Formula::negative, at, std::move(operand)) : operand;
}

Formula FormulaReader::power() {
  Formula base = postfix();
  if (!is("^") && !is(".^")) return base;
  const Nested nested(*this);
  const FormulaToken at = tokens_[at_++];
  return binary(at.text == "^" ? Formula::power : Formula::each_power, at, std::move(base), sign());
}

Formula FormulaReader::postfix() {
  Formula operand = atom();
  while (true) {
    const FormulaToken at = peek();
    if (take("'")) {
      operand = unary(Formula::transpose, at, std::move(operand));
    } else if (take("[")) {
      std::vector<Formula> parts;
      parts.push_back(std::move(operand));
      indices(at, parts);
      operand = make(Formula::index, at, std::move(parts));
    } else {
      return operand;
    }
  }
}

void FormulaReader::indices(const FormulaToken& opening, std::vector<Formula>& parts) {
  const Nested nested(*this);
  if (is("]")) fail("an index is missing: x[1]");
  do {
    const FormulaToken here = peek();
    if (take(":")) {
      parts.push_back(make(Formula::whole_axis, here, {}));
      continue;
    }
    parts.push_back(sum());
    if (const FormulaToken colon = peek(); take(":"))
      parts.back() = binary(Formula::range, colon, std::move(parts.back()), sum());
  } while (take(","));
  expect("]", opening);
}

Formula parse_formula(const FormulaText& text, const FormulaOptions& options, std::size_t* at) {
  return FormulaReader(text, options, at ? *at : 0, at != nullptr).parse(at);
}

}  // namespace graph_runner
