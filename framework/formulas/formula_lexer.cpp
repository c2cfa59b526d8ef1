#include "formulas/formula_lexer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "core/graph.hpp"
#include "core/text.hpp"
#include "formulas/formula_symbols.hpp"

namespace graph_runner {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

constexpr std::size_t most_in_braces = 200;  // bytes
constexpr std::array<std::string_view, 10> superscripts = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};

class Lexer {
 public:
  Lexer(const FormulaText& text, std::size_t from, bool part)
      : source_(text), text_(text.text()), at_(from), part_(part) {}

  std::vector<FormulaToken> read() {
    while (true) {
      while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
      const std::size_t start = at_, count = tokens_.size();
      if (at_ == text_.size() || (part_ && (text_[at_] == '=' || starts("≈")))) {
        add(FormulaToken::end, "");
        return std::move(tokens_);
      }
      if (is_digit(peek(0)) || (peek(0) == '.' && is_digit(peek(1))))
        number();
      else if (!name() && !superscript() && !symbol())
        refuse();
      for (std::size_t t = count; t < tokens_.size(); ++t)
        tokens_[t].at = start, tokens_[t].bytes = at_ - start;
    }
  }

 private:
  char peek(std::size_t ahead) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
  bool starts(std::string_view with) const { return text_.substr(at_, with.size()) == with; }
  bool take(std::string_view word) {
    if (!starts(word)) return false;
    at_ += word.size();
    return true;
  }
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

  // ---- Names

  // The bytes of a Greek letter here, as names may have (graph_builder.cpp), or of a Latin one; else 0.
  std::size_t letter(std::size_t ahead = 0) const {
    if (is_letter(peek(ahead))) return 1;
    return (peek(ahead) == '\xCE' || peek(ahead) == '\xCF') && peek(ahead + 1) ? 2 : 0;
  }
  // The digit of ₀ … ₉ here (U+2080 …), or -1.
  int subscript() const {
    const int last = static_cast<unsigned char>(peek(2)) - 0x80;
    return starts("\xE2\x82") && last >= 0 && last <= 9 ? last : -1;
  }
  void take_subscripts(std::string& out) {
    static constexpr std::pair<std::string_view, char> letters[] = {{"ᵢ", 'i'}, {"ⱼ", 'j'}, {"ₖ", 'k'},
                                                                    {"ₗ", 'l'}, {"ₘ", 'm'}, {"ₙ", 'n'}};
    for (int digit; (digit = subscript()) >= 0; at_ += 3) out += static_cast<char>('0' + digit);
    bool first = true;
    while (true) {
      const auto found = std::find_if(std::begin(letters), std::end(letters),
                                      [&](const auto& l) { return starts(l.first); });
      if (found == std::end(letters)) return;
      if (std::exchange(first, false)) out += '_';
      out += found->second;
      at_ += found->first.size();
    }
  }
  // The word in the braces of x_{12}, before which we are; nothing where they hold anything else.
  std::string braced() const {
    if (peek(0) != '{') return "";
    const std::string_view near = text_.substr(at_, most_in_braces);
    const std::size_t end = near.find('}');
    if (end == std::string_view::npos) return "";
    const std::string inside(near.substr(1, end - 1));
    return is_name("x" + inside) ? inside : "";
  }
  std::string word() {
    std::string out;
    while (true) {
      if (const std::size_t n = is_digit(peek(0)) ? 1 : letter())
        out += text_.substr(at_, n), at_ += n;
      else if (!out.empty() && take("∂"))
        out += 'd';
      else
        break;
      if (const std::string inside = out.back() == '_' ? braced() : ""; !inside.empty())
        out += inside, at_ += inside.size() + 2;
      take_subscripts(out);
    }
    return out;
  }
  bool name() {
    const std::size_t start = at_;
    std::string whole;
    if (take("∑") || take("∇")) {
      whole = text_.substr(start, at_ - start);
      if (peek(0) == '_') whole += word();
    } else {
      const bool curly = take("∂");
      if (!curly && !letter()) return false;
      whole = second(curly) ? "d2" : curly ? "d" : "";
      whole += word();
    }
    if (whole.back() == '_' && peek(0) == '{') {
      if (const std::string over = limits(); !over.empty()) {
        add(FormulaToken::name, "∑" + over);
        return true;
      }
      whole.pop_back();  // x_{i+1} is x[i+1]
      add(FormulaToken::name, std::move(whole));
      return open("[", "]");
    }
    while (peek(0) == '.' && (letter(1) || numbered())) {
      ++at_;
      whole += "." + word();
    }
    add(FormulaToken::name, std::move(whole));
    tokens_.back().curly = text_.substr(start).rfind("∂", 0) == 0;
    return true;
  }
  // Whether we are at the .2. of stage.2.hidden.
  bool numbered() const {
    std::size_t end = 1;
    while (is_digit(peek(end))) ++end;
    return end > 1 && peek(1) != '0' && peek(end) == '.' && letter(end + 1);
  }
  // Of sum_{i=1}^{n}, at its first brace: "i, n". Nothing where it is no sum.
  std::string limits() {
    const std::string_view near = text_.substr(at_, most_in_braces);
    const std::size_t equals = near.find('='), close = near.find('}');
    if (equals > close || close == std::string_view::npos) return "";
    std::string over(near.substr(1, equals - 1));
    at_ += close + 1;
    if (!take("^")) return over + ", …";
    const bool braced = take("{");
    const std::size_t end = std::min(text_.find_first_of(braced ? "}" : " \t(", at_), text_.size());
    over += ", " + std::string(text_.substr(at_, end - at_));
    at_ = std::min(end + braced, text_.size());
    return over;
  }
  // Takes the d² of d²f, and the ² of ∂²f.
  bool second(bool curly) {
    const std::size_t before = at_;
    if ((curly || take("d")) && (take("²") || take("^2") || take("^{2}")) && (letter() || starts("∂")))
      return true;
    at_ = before;
    return false;
  }

  // ---- Symbols

  // x⁻¹ and t¹²: ^ and a whole number.
  bool superscript() {
    const std::size_t start = at_;
    const bool negative = take("⁻");
    std::string digits;
    while (true) {
      const auto found = std::find_if(superscripts.begin(), superscripts.end(),
                                      [&](std::string_view s) { return starts(s); });
      if (found == superscripts.end()) break;
      digits += static_cast<char>('0' + (found - superscripts.begin()));
      at_ += found->size();
    }
    if (digits.empty() || digits.size() > 9) return at_ = start, false;
    add(FormulaToken::symbol, "^");
    if (negative) add(FormulaToken::symbol, "-");
    add(FormulaToken::number, digits, std::stod(digits));
    return true;
  }

  bool symbol() {
    for (const auto& [spelling, means] : symbol_spellings()) {
      if (!take(spelling)) continue;
      for (const std::string& m : means)
        add(is_digit(m[0]) ? FormulaToken::number : FormulaToken::symbol, m, is_digit(m[0]) ? m[0] - '0' : 0);
      return true;
    }
    if (starts(".T") && !letter(2) && !is_digit(peek(2))) {  // of (A*B).T
      at_ += 2;
      add(FormulaToken::symbol, "'");
      return true;
    }
    const char c = peek(0);
    if (c == '{' && !tokens_.empty() && (tokens_.back().text == "^" || tokens_.back().text == ".^"))
      return open("(", ")");
    if (c == '}' && !braces_.empty()) {
      add(FormulaToken::symbol, braces_.back());
      braces_.pop_back();
    } else if (c != '\0' && std::string_view("+-*/^'()[],;:<>|@\\").find(c) != std::string_view::npos) {
      add(FormulaToken::symbol, std::string(1, c));
    } else {
      return false;
    }
    ++at_;
    return true;
  }
  // At the { of x_{…} or x^{…}.
  bool open(const char* bracket, const char* closing) {
    add(FormulaToken::symbol, bracket);
    braces_.push_back(closing);
    ++at_;
    return true;
  }

  [[noreturn]] void refuse() const {
    const std::size_t bytes = std::max<std::size_t>(1, first_character(text_.substr(at_)).bytes);
    const std::string_view c = text_.substr(at_, bytes);
    fail(fmt::format("'{}' has no meaning here{}", c, symbol_hint(c)), bytes);
  }

  const FormulaText& source_;
  std::string_view text_;
  std::size_t at_;
  bool part_;
  std::vector<FormulaToken> tokens_;
  std::vector<std::string> braces_;  // what closes those of x_{…} and x^{…}
};

}  // namespace

std::vector<FormulaToken> read_tokens(const FormulaText& text, std::size_t from, bool part) {
  return Lexer(text, from, part).read();
}

}  // namespace graph_runner
