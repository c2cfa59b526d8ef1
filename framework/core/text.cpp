#include "core/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <numeric>

namespace graph_runner {

std::string grouped(std::int64_t n) {
  std::string digits = std::to_string(n);
  for (int at = static_cast<int>(digits.size()) - 3; at > (n < 0 ? 1 : 0); at -= 3)
    digits.insert(static_cast<std::size_t>(at), 1, ',');
  return digits;
}

int characters(std::string_view utf8) {
  return static_cast<int>(
      std::count_if(utf8.begin(), utf8.end(), [](unsigned char c) { return (c & 0xC0) != 0x80; }));
}

Character first_character(std::string_view s) {
  const auto byte = [&](std::size_t i) { return i < s.size() ? static_cast<unsigned char>(s[i]) : 0u; };
  const unsigned lead = byte(0);
  const std::size_t bytes = lead < 0x80   ? 1
                            : lead < 0xC2 ? 0
                            : lead < 0xE0 ? 2
                            : lead < 0xF0 ? 3
                            : lead < 0xF5 ? 4
                                          : 0;
  char32_t code = bytes < 2 ? lead : lead & (0x7Fu >> bytes);
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {0, code, false};
    code = code << 6 | (byte(i) & 0x3F);
  }
  constexpr char32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  if (bytes == 0 || code < least[bytes] || (code >= 0xD800 && code < 0xE000) || code > 0x10FFFF)
    return {0, code, false};
  // Control characters; separators of lines and paragraphs; what turns the direction of writing; what is no
  // character.
  const bool hidden = code < 0x20 || (code >= 0x7F && code < 0xA0) || (code >= 0x2028 && code <= 0x202E) ||
                      (code >= 0x2066 && code <= 0x2069) || code == 0xFEFF || (code & 0xFFFE) == 0xFFFE;
  return {bytes, code, !hidden};
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates) {
  word = word.substr(0, 80);
  std::size_t best = static_cast<std::size_t>(characters(word)) / 3;  // farther away, it is no hint
  std::vector<std::string> nearest;
  const auto lower = [](char c) { return std::tolower(static_cast<unsigned char>(c)); };
  std::vector<std::size_t> before, last, row;
  for (const std::string& c : candidates) {
    if (std::max(c.size(), word.size()) - std::min(c.size(), word.size()) > best) continue;
    // Edit distance with swaps of neighbours (optimal string alignment; Damerau 1964), three rows at a time.
    // A change of case counts nothing.
    before.assign(c.size() + 1, 0);
    last.assign(c.size() + 1, 0);
    row.assign(c.size() + 1, 0);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= word.size(); ++i) {
      before.swap(last);
      last.swap(row);
      row[0] = i;
      for (std::size_t j = 1; j <= c.size(); ++j) {
        const auto same = [&](std::size_t a, std::size_t b) { return lower(word[a - 1]) == lower(c[b - 1]); };
        row[j] = std::min({row[j - 1] + 1, last[j] + 1, last[j - 1] + (same(i, j) ? 0 : 1)});
        if (i > 1 && j > 1 && same(i, j - 1) && same(i - 1, j)) row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
    if (row.back() > best) continue;
    if (row.back() < best) nearest.clear();
    best = row.back();
    if (std::find(nearest.begin(), nearest.end(), c) == nearest.end()) nearest.push_back(c);
  }
  return nearest.empty() ? "" : fmt::format(" (did you mean {}?)", any_of(nearest));
}

std::string any_of(const std::vector<std::string>& names) {
  if (names.empty()) return "nothing";
  std::string out;
  for (std::size_t i = 0; i < names.size(); ++i)
    out += fmt::format("{}'{}'", i == 0 ? "" : i + 1 == names.size() ? " or " : ", ", names[i]);
  return out;
}

}  // namespace graph_runner
