#include "formulas/formula_lexer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "core/text.hpp"

namespace graph_runner {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

class Lexer {
 public:
  Lexer(const FormulaText& text, std::size_t from, bool part)
      : source_(text), text_(text.text()), at_(from), part_(part) {}

  std::vector<FormulaToken> read() {
    while (true) {
      while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
      const std::size_t start = at_, count = tokens_.size();
      if (at_ == text_.size() || (part_ && (text_[at_] == '=' || text_.substr(at_, 3) == "≈"))) {
        add(FormulaToken::end, "");
        return std::move(tokens_);
      }
      if (is_digit(text_[at_]) || (text_[at_] == '.' && is_digit(peek(1))))
        number();
      else if (!name() && !symbol())
        refuse();
      for (std::size_t t = count; t < tokens_.size(); ++t)
        tokens_[t].at = start, tokens_[t].bytes = at_ - start;
    }
  }

 private:
  char peek(std::size_t ahead) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
  void add(FormulaToken::Kind kind, std::string text, double value = 0) {
    tokens_.push_back({kind, std::move(text), value, at_, 0});
  }
  [[noreturn]] void fail(const std::string& why, std::size_t bytes) const {
    throw Error(Exit::bad_request, source_.place(at_, bytes), why);
  }

  void number() {
    if (text_[at_] == '0' && is_digit(peek(1))) fail("numbers are decimal, without leading zeros", 2);
    double x = 0;
    const auto [end, code] = std::from_chars(text_.data() + at_, text_.data() + text_.size(), x);
    auto bytes = static_cast<std::size_t>(end - text_.data()) - at_;
    // The point of 2.*x belongs to the operator.
    if (text_[at_ + bytes - 1] == '.' &&
        std::string_view("*/^").find(peek(bytes)) != std::string_view::npos && peek(bytes))
      --bytes;
    if (code != std::errc()) fail("is out of a double's range", bytes);
    add(FormulaToken::number, std::string(text_.substr(at_, bytes)), x);
    at_ += bytes;
  }

  // The bytes of a Greek letter here, as names may have (graph_builder.cpp), or of a Latin one; else 0.
  std::size_t letter() const {
    if (is_letter(peek(0))) return 1;
    return peek(0) == '\xCE' || peek(0) == '\xCF' ? 2 : 0;
  }
  // The digit of ₀ … ₉ here (U+2080 …), or -1.
  int subscript() const {
    const int last = static_cast<unsigned char>(peek(2)) - 0x80;
    return text_.substr(at_, 2) == "\xE2\x82" && last >= 0 && last <= 9 ? last : -1;
  }
  std::string word() {
    std::string out;
    for (std::size_t n; (n = letter()) || is_digit(peek(0)); at_ += std::max<std::size_t>(1, n))
      out += text_.substr(at_, std::max<std::size_t>(1, n));
    for (int digit; (digit = subscript()) >= 0; at_ += 3) out += static_cast<char>('0' + digit);
    return out;
  }
  bool name() {
    if (!letter()) return false;
    std::string whole = word();
    if (peek(0) == '.' && (is_letter(peek(1)) || peek(1) == '\xCE' || peek(1) == '\xCF')) {
      ++at_;
      whole += "." + word();
    }
    add(FormulaToken::name, std::move(whole));
    return true;
  }

  bool symbol() {
    static const std::vector<std::pair<std::string_view, std::vector<std::string>>> spellings = {
        {".*", {".*"}}, {"./", {"./"}}, {".^", {".^"}}, {"²", {"^", "2"}}, {"³", {"^", "3"}},
        {"ᵀ", {"'"}},   {"·", {"*"}},   {"⋅", {"*"}},   {"−", {"-"}},      {"‖", {"‖"}}};
    for (const auto& [spelling, means] : spellings)
      if (text_.substr(at_, spelling.size()) == spelling) {
        for (const std::string& m : means)
          add(is_digit(m[0]) ? FormulaToken::number : FormulaToken::symbol, m,
              is_digit(m[0]) ? m[0] - '0' : 0);
        at_ += spelling.size();
        return true;
      }
    if (std::string_view("+-*/^'()[],;:").find(text_[at_]) == std::string_view::npos) return false;
    add(FormulaToken::symbol, std::string(1, text_[at_++]));
    return true;
  }

  [[noreturn]] void refuse() const {
    const std::size_t bytes = std::max<std::size_t>(1, first_character(text_.substr(at_)).bytes);
    const std::string_view c = text_.substr(at_, bytes);
    const std::string_view why = c == "|"               ? "; write abs(x), norm2(x) or det(A)"
                                 : c == "=" || c == "≈" ? "; a formula has a value and claims nothing"
                                 : c == "×" || c == "∘" || c == "⊙" ? "; write * for products, .* elementwise"
                                 : c == "÷"                         ? "; write /"
                                 : c == "’" || c == "′" || c == "`" ? "; ' transposes"
                                 : c == "√"                         ? "; write sqrt(x)"
                                 : c == "∑" || c == "Σ"             ? "; write sum(x)"
                                 : c == "{" || c == "}"             ? "; write ( ) or [ ]"
                                 : c == "%" || c == "!" || c == "&" ? "; a formula has no such operator"
                                 : c == "\""                        ? "; names stand without quotes"
                                 : c == "."                         ? "; products by entry are .* ./ .^"
                                                                    : "";
    fail(fmt::format("'{}' has no meaning here{}", c, why), bytes);
  }

  const FormulaText& source_;
  std::string_view text_;
  std::size_t at_;
  bool part_;
  std::vector<FormulaToken> tokens_;
};

}  // namespace

std::vector<FormulaToken> read_tokens(const FormulaText& text, std::size_t from, bool part) {
  return Lexer(text, from, part).read();
}

}  // namespace graph_runner
