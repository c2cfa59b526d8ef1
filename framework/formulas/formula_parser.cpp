// Reads formulas by recursive descent, a function a level of precedence.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "formulas/formula.hpp"
#include "formulas/formula_lexer.hpp"

namespace graph_runner {

namespace {

class Parser {
 public:
  Parser(const FormulaText& text, const FormulaOptions& options, std::size_t from, bool part)
      : text_(text), options_(options), tokens_(read_tokens(text, from, part)) {}

  Formula parse(std::size_t* end) {
    if (peek().kind == FormulaToken::end) fail("a formula is missing here");
    Formula whole = sum();
    if (end)
      *end = peek().at;
    else if (peek().kind != FormulaToken::end)
      unexpected();
    return whole;
  }

 private:
  static constexpr int most_nested = 64, most_deep = 1000;

  // ---- tokens

  const FormulaToken& peek(std::size_t ahead = 0) const {
    return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
  }
  bool is(std::string_view symbol, std::size_t ahead = 0) const {
    return peek(ahead).kind == FormulaToken::symbol && peek(ahead).text == symbol;
  }
  bool take(std::string_view symbol) {
    if (!is(symbol)) return false;
    ++at_;
    return true;
  }
  Place place(const FormulaToken& t) const { return text_.place(t.at, t.bytes); }
  [[noreturn]] void fail(const std::string& why) const { throw Error(Exit::bad_request, place(peek()), why); }
  std::string found() const {
    return peek().kind == FormulaToken::end
               ? "the end"
               : fmt::format("'{}'", text_.text().substr(peek().at, peek().bytes));
  }
  // What comes after a whole operand and continues nothing.
  [[noreturn]] void unexpected() const {
    if (is(")") || is("]")) fail(fmt::format("this {} closes nothing", found()));
    if (is(",") || is(";"))
      fail(fmt::format("{} separates nothing here; a list stands in brackets: [a, b]", found()));
    if (is("‖")) fail("a product needs '*': write a*‖b‖");
    if (is(":")) fail("':' is an index alone: A[2,:]");
    const FormulaToken& before = tokens_[at_ - 1];
    fail(fmt::format("a product needs '*': found {} after '{}'", found(),
                     text_.text().substr(before.at, before.bytes)));
  }
  void expect(std::string_view symbol, const FormulaToken& opening) {
    if (take(symbol)) return;
    const std::string_view open = std::string_view(text_.text()).substr(opening.at, opening.bytes);
    if (peek().kind == FormulaToken::end)
      throw Error(Exit::bad_request, place(opening),
                  fmt::format("this '{}' is never closed: '{}' is missing", open, symbol));
    if (is(")") || is("]"))
      fail(fmt::format("found {}, expected '{}' to close the '{}' before", found(), symbol, open));
    unexpected();
  }

  // ---- trees

  Formula make(Formula::Kind kind, const FormulaToken& at, std::vector<Formula> parts,
               std::string text = "") const {
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
  Formula binary(Formula::Kind kind, const FormulaToken& at, Formula left, Formula right) const {
    std::vector<Formula> parts;
    parts.push_back(std::move(left));
    parts.push_back(std::move(right));
    return make(kind, at, std::move(parts));
  }
  Formula unary(Formula::Kind kind, const FormulaToken& at, Formula operand) const {
    std::vector<Formula> parts;
    parts.push_back(std::move(operand));
    return make(kind, at, std::move(parts));
  }

  struct Nested {
    explicit Nested(Parser& p) : parser(p) {
      if (++parser.nested_ > most_nested) parser.fail("nested too deep; give a part of it a name of its own");
    }
    ~Nested() { --parser.nested_; }
    Parser& parser;
  };

  // ---- levels of precedence, loosest first

  using Operators = std::vector<std::pair<std::string_view, Formula::Kind>>;
  Formula left_to_right(const Operators& operators, Formula (Parser::*operand)()) {
    Formula left = (this->*operand)();
    while (true) {
      const auto found =
          std::find_if(operators.begin(), operators.end(), [&](const auto& o) { return is(o.first); });
      if (found == operators.end()) return left;
      const FormulaToken at = tokens_[at_++];
      left = binary(found->second, at, std::move(left), (this->*operand)());
    }
  }
  Formula sum() {
    static const Operators operators = {{"+", Formula::add}, {"-", Formula::subtract}};
    return left_to_right(operators, &Parser::product);
  }
  Formula product() {
    static const Operators operators = {{"*", Formula::multiply},
                                        {"/", Formula::divide},
                                        {".*", Formula::each_multiply},
                                        {"./", Formula::each_divide}};
    return left_to_right(operators, &Parser::sign);
  }
  Formula sign() {
    if (!is("-") && !is("+")) return power();
    const Nested nested(*this);
    const FormulaToken at = tokens_[at_++];
    Formula operand = sign();
    return at.text == "-" ? unary(Formula::negative, at, std::move(operand)) : operand;
  }
  Formula power() {
    Formula base = postfix();
    if (!is("^") && !is(".^")) return base;
    const Nested nested(*this);
    const FormulaToken at = tokens_[at_++];
    return binary(at.text == "^" ? Formula::power : Formula::each_power, at, std::move(base), sign());
  }
  Formula postfix() {
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
  // What stands behind the [ that is read, to its ].
  void indices(const FormulaToken& opening, std::vector<Formula>& parts) {
    const Nested nested(*this);
    if (is("]")) fail("an index is missing: x[1]");
    do {
      const FormulaToken here = peek();
      parts.push_back(take(":") ? make(Formula::whole_axis, here, {}) : sum());
    } while (take(","));
    expect("]", opening);
  }
  Formula atom() {
    const FormulaToken at = peek();
    if (at.kind == FormulaToken::number) {
      ++at_;
      Formula f = make(Formula::number, at, {}, at.text);
      f.value = at.value;
      return f;
    }
    if (at.kind == FormulaToken::name) return named();
    const Nested nested(*this);
    if (take("(")) {
      Formula inside = sum();
      if (is(",")) fail("',' separates nothing here; a list stands in brackets: [a, b]");
      expect(")", at);
      return inside;
    }
    if (take("[")) return list(at);
    if (take("‖")) {
      Formula inside = sum();
      expect("‖", at);
      std::vector<Formula> parts;
      parts.push_back(std::move(inside));
      return make(Formula::call, at, std::move(parts), "norm2");
    }
    if (at.kind == FormulaToken::end) fail("the formula ends where a value is missing");
    fail(fmt::format("found {}, expected a value: a number, a name, a function or a bracket", found()));
  }
  Formula named() {
    const FormulaToken at = tokens_[at_++];
    if (options_.derivative) {
      const std::size_t slash = behind_indices();
      if (is("/", slash) && peek(slash + 1).kind == FormulaToken::name)
        if (auto names = options_.derivative(at.text, peek(slash + 1).text))
          return derivative(at, std::move(*names));
    }
    if (!is("(")) return make(Formula::name, at, {}, at.text);
    const Nested nested(*this);
    const FormulaToken opening = tokens_[at_++];
    std::vector<Formula> parts;
    if (!is(")")) do
        parts.push_back(sum());
      while (take(","));
    expect(")", opening);
    return make(Formula::call, at, std::move(parts), at.text);
  }
  // How many tokens the [ ] behind a name take, here: 0 where there is none.
  std::size_t behind_indices(std::size_t ahead = 0) const {
    if (!is("[", ahead)) return ahead;
    int open = 0;
    for (; peek(ahead).kind != FormulaToken::end; ++ahead) {
      open += is("[", ahead) - is("]", ahead);
      if (open == 0) return ahead + 1;
    }
    return ahead;
  }
  // dh/dx, dh[i]/dx[j] or d2f/dx[i]dx[j], of which the first name is read. Indices behind a name without any
  // before them are left to stand behind the whole: df/dx[i].
  Formula derivative(const FormulaToken& first, DerivativeText names) {
    FormulaToken whole = first;
    std::vector<std::vector<Formula>> at(3);  // behind each name
    const auto read_indices = [&](std::vector<Formula>& parts) {
      if (const FormulaToken opening = peek(); take("[")) indices(opening, parts);
    };
    // Behind the d.
    const auto read_name = [&] {
      whole.text += peek().text;
      whole.bytes = peek().at + peek().bytes - first.at;
      return tokens_[at_++].text.substr(1);
    };
    read_indices(at[0]);
    whole.text += tokens_[at_++].text;
    const std::string by = read_name();
    const FormulaToken& next = peek(behind_indices());
    const bool second = names.second && is("[") && next.kind == FormulaToken::name && next.text[0] == 'd';
    if (!at[0].empty() || second) read_indices(at[1]);
    if (second) names.by = by, names.second = read_name(), read_indices(at[2]);
    Formula f = make(Formula::derivative, whole, {}, whole.text);
    std::vector<Formula> parts;
    if (std::any_of(at.begin(), at.end(), [](const auto& a) { return !a.empty(); })) {
      const std::string* const named[] = {&names.of, &names.by, names.second ? &*names.second : nullptr};
      for (std::size_t i = 0; i < at.size(); ++i) {
        if (at[i].empty() && named[i])
          at[i].resize(options_.axes(*named[i]), make(Formula::whole_axis, whole, {}));
        std::move(at[i].begin(), at[i].end(), std::back_inserter(parts));
      }
    }
    f.derived = std::make_shared<const DerivativeText>(std::move(names));
    if (parts.empty()) return f;
    parts.insert(parts.begin(), std::move(f));
    return make(Formula::index, whole, std::move(parts));
  }
  // [a, b] is a list of two; [a; b] too; [a, b; c, d] a list of two lists.
  Formula list(const FormulaToken& at) {
    if (is("]")) fail("an empty list");
    std::vector<std::vector<Formula>> rows;
    std::vector<FormulaToken> starts;
    do {
      rows.emplace_back();
      starts.push_back(peek());
      do rows.back().push_back(sum());
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

  const FormulaText& text_;
  const FormulaOptions& options_;
  std::vector<FormulaToken> tokens_;
  std::size_t at_ = 0;
  int nested_ = 0;
};

}  // namespace

Formula parse_formula(const FormulaText& text, const FormulaOptions& options, std::size_t* at) {
  return Parser(text, options, at ? *at : 0, at != nullptr).parse(at);
}

}  // namespace graph_runner
