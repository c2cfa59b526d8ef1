// What does not follow, and how it is written, in the words of the formula.
#include <fmt/format.h>

#include "formulas/formula_reader.hpp"
#include "formulas/notation.hpp"

namespace graph_runner {

std::string FormulaReader::written(std::size_t from) const {
  const FormulaToken& last = tokens_[at_ - 1];
  return text_.text().substr(from, last.at + last.bytes - from);
}

std::string FormulaReader::next_operand() {
  const std::size_t start = peek().at;
  const std::string first = text_.text().substr(start, peek().bytes);
  try {
    power();
    return written(start);
  } catch (const Error&) {
    return first;
  }
}

std::string FormulaReader::next_product() {
  constexpr int most = 8;  // a hint ends somewhere
  std::string product;
  for (int factors = 0; factors < most; ++factors) {
    const FormulaToken first = peek();
    std::string operand = next_operand();
    if (first.kind == FormulaToken::name)
      if (const std::string parts = as_product(first.text, options_.axes); !parts.empty())
        operand.replace(0, first.bytes, parts);
    product += (factors ? "*" : "") + operand;
    const FormulaToken& next = peek();
    const bool more =
        next.kind == FormulaToken::number || (is_name() && next.text != "at") || is("(") || is("√");
    if (!more || next.at == first.at) break;
  }
  return product;
}

void FormulaReader::unexpected() {
  if (is(")") || is("]") || is("⟩")) fail(fmt::format("this {} closes nothing", found()));
  if (is(",") || is(";"))
    fail(fmt::format("{} separates nothing here; a list stands in brackets: [a, b]", found()));
  if (is(":")) fail("':' is an index alone: A[2,:], x[1:3]");
  if (is("|")) fail("'|' has no meaning here: |t| is the absolute value of a number");
  const Place here = place(peek());
  const std::string sign = peek().text, what = found(), left = written(operand_);
  std::string why;
  if (is("\\") || is("@")) {
    ++at_;
    const std::string right = next_operand();
    why = sign == "@"
              ? fmt::format("'@' has no meaning here; write {}*{}", left, right)
              : fmt::format("'\\' has no meaning here; a system is solved by inv({})*{}", left, right);
  } else if (const std::string function = applied_function(); !function.empty()) {
    why = function;
  } else {
    const FormulaToken& last = tokens_[at_ - 1];
    const std::string before = text_.text().substr(last.at, last.bytes);
    why = fmt::format("a product needs '*': found {} after '{}'; write {}", what, before, product_from(left));
  }
  throw Error(Exit::bad_request, here, why);
}

// sin x and sin^2(x), as they are written; "" where there is no such function before.
std::string FormulaReader::applied_function() {
  const FormulaToken& last = tokens_[at_ - 1];
  const bool raised = at_ > 2 && last.kind == FormulaToken::number && tokens_[at_ - 2].text == "^";
  const FormulaToken& name = tokens_[at_ - (raised ? 3 : 1)];
  if (name.kind != FormulaToken::name || !works_by_entry(name.text)) return "";
  const std::string power = raised ? "^" + last.text : "";
  const bool bracket = is("(");
  const std::string right = next_operand();
  return fmt::format("'{0}' is a function: write {0}{1}{2}", name.text, bracket ? right : "(" + right + ")",
                     power);
}

// An operand and those that follow it, as a product. Below a / and under a root, it may be meant as a whole.
std::string FormulaReader::product_from(const std::string& left) {
  const std::string product = left + "*" + next_product();
  constexpr std::string_view root = "√";
  const std::size_t sign = operand_ ? text_.text().find_last_not_of(" ", operand_ - 1) : std::string::npos;
  if (sign != std::string::npos && text_.text()[sign] == '/') return fmt::format("{0} or ({0})", product);
  if (left.rfind(root, 0) == 0) return fmt::format("{} or √({})", product, product.substr(root.size()));
  return product;
}

// A ⊗ B*C may be either of two products, as may A ⊙ B*C; behind numbers they are the same.
void FormulaReader::refuse_mixture(const Formula& left, std::size_t start, std::string_view before) {
  const auto apart = [](std::string_view o) { return o == "⊗" || o == "⊙"; };
  const std::string sign = peek().text;
  if (before.empty() || before == sign || (!apart(before) && !apart(sign))) return;
  if (left.kind == Formula::multiply && left.parts[0].kind == Formula::number) return;
  const std::string first = written(start), last = written(operand_);
  const Place here = place(peek());
  const std::size_t behind = tokens_[at_ - 1].at + tokens_[at_ - 1].bytes;
  ++at_;
  next_operand();
  const std::string more = written(behind);
  throw Error(Exit::bad_request, here,
              fmt::format("'{}' beside '{}' may be two things; write ({}){} or {}({}{})", sign, before, first,
                          more, first.substr(0, first.size() - last.size()), last, more));
}

}  // namespace graph_runner
