#include "config/formula.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numbers>

#include "core/error.hpp"

namespace graph_runner {

namespace {

// Recursive descent; the depth of parentheses and signs is bounded.
class ConstantParser {
 public:
  explicit ConstantParser(std::string_view text) : text_(text) {}

  ConstantResult parse() {
    const double value = sum();
    if (error_.empty() && peek() != '\0')
      fail(
          fmt::format("'{}' is not expected here",
                      text_.substr(at_, std::max<std::size_t>(1, first_character(text_.substr(at_)).bytes))));
    if (error_.empty() && !std::isfinite(value)) fail("is not a finite number");
    return {value, error_, error_at_};
  }

 private:
  static constexpr int most_depth = 64;

  char peek() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  double fail(std::string message) {
    if (error_.empty()) {
      error_ = std::move(message);
      error_at_ = at_;
    }
    at_ = text_.size();
    return 0;
  }

  double sum() {
    double x = product();
    for (char c; (c = peek()) == '+' || c == '-';) {
      ++at_;
      const double y = product();
      x = c == '+' ? x + y : x - y;
    }
    return x;
  }
  double product() {
    double x = signed_power();
    for (char c; (c = peek()) == '*' || c == '/';) {
      ++at_;
      const double y = signed_power();
      if (c == '/' && y == 0) return fail("division by zero");
      x = c == '*' ? x * y : x / y;
    }
    return x;
  }
  double signed_power() {
    if (peek() != '-' && peek() != '+') return power();
    const bool minus = text_[at_++] == '-';
    if (++depth_ > most_depth) return fail("too deep");
    const double x = signed_power();
    --depth_;
    return minus ? -x : x;
  }
  double power() {
    const double x = atom();
    if (peek() != '^') return x;
    ++at_;
    if (++depth_ > most_depth) return fail("too deep");
    const double y = signed_power();
    --depth_;
    return std::pow(x, y);
  }
  double atom() {
    const char c = peek();
    if (c == '(') {
      ++at_;
      if (++depth_ > most_depth) return fail("too deep");
      const double x = sum();
      --depth_;
      if (peek() != ')') return fail("')' is missing");
      ++at_;
      return x;
    }
    if (text_.substr(at_, 2) == "pi") {
      at_ += 2;
      return std::numbers::pi;
    }
    if ((c < '0' || c > '9') && c != '.')
      return fail(c ? "a number is expected here" : "a number is missing at the end");
    if (c == '0' && at_ + 1 < text_.size() && text_[at_ + 1] >= '0' && text_[at_ + 1] <= '9')
      return fail("numbers are decimal, without leading zeros");
    double x = 0;
    const auto [end, code] = std::from_chars(text_.data() + at_, text_.data() + text_.size(), x);
    if (code != std::errc())
      return fail(code == std::errc::result_out_of_range ? "is out of a double's range"
                                                         : "a number is expected here");
    at_ = static_cast<std::size_t>(end - text_.data());
    return x;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int depth_ = 0;
  std::string error_;
  std::size_t error_at_ = 0;
};

}  // namespace

ConstantResult evaluate_constant(std::string_view text) { return ConstantParser(text).parse(); }

}  // namespace graph_runner
