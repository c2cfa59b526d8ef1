// A size as it is written: 3, n, 2*n - 1.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <string_view>

#include "core/error.hpp"
#include "core/sizes.hpp"
#include "core/text.hpp"

namespace graph_runner {

namespace {

class SizeReader {
 public:
  SizeReader(Sizes& sizes, std::string_view text, const Sizes::Named& named)
      : sizes_(sizes), text_(text), named_(named) {}

  gr_size read() {
    if (text_.size() > 1 && text_[0] == '-' && text_.find_first_not_of("0123456789", 1) == text_.npos)
      throw Error(Exit::bad_request, fmt::format("found {}, expected a size of at least 0", text_));
    const gr_size size = sum();
    if (at_ < text_.size()) refuse();
    return size;
  }

 private:
  [[noreturn]] void refuse() const {
    throw Error(Exit::bad_request,
                fmt::format("found '{}', expected a size: a number, the name of a size, or what '+', '*' and "
                            "'-' of a number make of them, such as 'n - 1'",
                            text_));
  }
  bool take(char c) {
    skip();
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    skip();
    return true;
  }
  void skip() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }

  gr_size sum() {
    gr_size total = product();
    while (true) {
      if (take('+')) {
        total = sizes_.sum(total, product());
      } else if (take('-')) {
        // Only numbers: so a size grows with each of its names, and there are sizes at which it is positive.
        const gr_size less = product();
        if (less < 0) refuse();
        total = sizes_.difference(total, less);
      } else {
        return total;
      }
    }
  }
  gr_size product() {
    gr_size total = factor();
    while (take('*')) total = sizes_.product(total, factor());
    return total;
  }
  gr_size factor() {
    constexpr std::size_t deepest = 100;
    if (take('(')) {
      if (++depth_ > deepest) refuse();
      const gr_size inner = sum();
      if (!take(')')) refuse();
      --depth_;
      return inner;
    }
    const std::size_t begin = at_;
    const auto is = [&](auto&& of) {
      return at_ < text_.size() && of(static_cast<unsigned char>(text_[at_]));
    };
    const bool number = is(isdigit);
    while (number ? is(isdigit) : is([](int c) { return isalnum(c) || c == '_'; })) ++at_;
    const std::string word(text_.substr(begin, at_ - begin));
    skip();
    if (word.empty()) refuse();
    return number ? whole(word) : named(word);
  }
  gr_size whole(const std::string& digits) const {
    constexpr std::size_t longest = 18;  // of what fits
    if (digits.size() > longest) refuse();
    return std::stoll(digits);
  }
  gr_size named(const std::string& name) const {
    if (const std::optional<gr_size> size = named_(name)) return *size;
    throw Error(Exit::bad_request,
                fmt::format("no input has a size called '{}'{}", name, did_you_mean(name, sizes_.names())));
  }

  Sizes& sizes_;
  std::string_view text_;
  const Sizes::Named& named_;
  std::size_t at_ = 0, depth_ = 0;
};

}  // namespace

gr_size Sizes::read(std::string_view text, const Named& named) {
  return SizeReader(*this, text, named).read();
}

gr_size Sizes::read(std::string_view text) {
  return read(text, [&](const std::string& name) {
    const bool known = std::find(names_.begin(), names_.end(), name) != names_.end();
    return known ? std::optional(this->named(name)) : std::nullopt;
  });
}

}  // namespace graph_runner
