// Words and characters, for messages: UTF-8, and hints at names that were meant.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace graph_runner {

// " (did you mean 'x'?)" with the candidates nearest to `word` by edit distance, several where they are
// equally near; "" where none is as near as a third of its letters.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates);

// "'a', 'b' or 'c'"; "nothing" for none.
std::string any_of(const std::vector<std::string>& names);

// A number with commas between its thousands: "60,000".
std::string grouped(std::int64_t n);

// The number of characters (code points) in a UTF-8 text.
int characters(std::string_view utf8);

// The character that a text which is not empty begins with.
struct Character {
  std::size_t bytes;  // 0: not valid UTF-8 (RFC 3629)
  char32_t code;
  bool prints;  // false for control characters (tabs and line breaks too) and what turns the direction of
                // writing
};
Character first_character(std::string_view utf8);

}  // namespace graph_runner
