#include "data/csv_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace graph_runner {

namespace {

constexpr std::size_t first_window = std::size_t{1} << 20, largest_window = std::size_t{1} << 24;

const char* find(const char* from, const char* end, char c) {
  return from == end ? nullptr
                     : static_cast<const char*>(std::memchr(from, c, static_cast<std::size_t>(end - from)));
}

// Of tab, ; and , the first that all of the first rows hold as often as the first one does: a comma may be
// part of a number or a text where the others are not. Otherwise the one that the first row holds most of.
char find_separator(const char* text, const char* end) {
  constexpr std::array<char, 3> candidates{'\t', ';', ','};
  std::array<int, 3> first{}, row{};
  std::array<bool, 3> even{true, true, true};
  bool quoted = false;
  int rows = 0;
  for (; text != end && rows < 10; ++text) {
    quoted ^= *text == '"';
    if (quoted) continue;
    for (std::size_t i = 0; i < 3; ++i) row[i] += *text == candidates[i];
    if (*text != '\n') continue;
    if (rows++ == 0) first = row;
    for (std::size_t i = 0; i < 3; ++i) even[i] = even[i] && row[i] == first[i];
    row = {};
  }
  if (rows == 0) first = row;
  for (std::size_t i = 0; i < 3; ++i)
    if (first[i] > 0 && even[i]) return candidates[i];
  const auto most = std::max_element(first.begin(), first.end());
  return *most > 0 ? candidates[static_cast<std::size_t>(most - first.begin())] : ',';
}

}  // namespace

std::string_view name_of(char separator) {
  return separator == ',' ? "commas" : separator == ';' ? "semicolons" : "tabs";
}

CsvRows::CsvRows(Source& source) : source_(source), window_(first_window) {
  fill();
  if (std::string_view(window_.data(), std::min<std::size_t>(filled_, 3)) == "\xEF\xBB\xBF")
    unread_ = 3;  // a byte order mark
  separator_ = find_separator(window_.data() + unread_, window_.data() + filled_);
}

// Reads on behind what is not yet gone past; false at the end of the file.
bool CsvRows::fill() {
  std::copy(window_.begin() + static_cast<std::ptrdiff_t>(unread_),
            window_.begin() + static_cast<std::ptrdiff_t>(filled_), window_.begin());
  filled_ -= unread_;
  unread_ = 0;
  if (filled_ == largest_window)
    source_.malformed(
        fmt::format("row {} is longer than 16 MiB; is a quote (\") in it never closed?", row_ + 1));
  if (filled_ == window_.size()) window_.resize(2 * window_.size());
  char* const to = window_.data() + filled_;
  const std::size_t got = source_.read(reinterpret_cast<std::byte*>(to), window_.size() - filled_);
  if (const std::string_view mark(to, std::min<std::size_t>(got, 2));
      read_ == 0 && (mark == "\xFF\xFE" || mark == "\xFE\xFF"))
    source_.malformed("is UTF-16; save it as UTF-8");
  if (const char* nul = find(to, to + got, '\0'))
    source_.malformed(
        fmt::format("not a text: byte {} is 0x00", read_ + static_cast<std::uint64_t>(nul - to) + 1));
  any_quotes_ = any_quotes_ || find(to, to + got, '"');
  filled_ += got;
  read_ += got;
  return got > 0;
}

// Where the row from `unread_` on ends, in which a quote begins a cell or stands inside one; null where that
// is not in the window.
const char* CsvRows::end_of_quoted_row() const {
  const char* const end = window_.data() + filled_;
  for (const char* p = window_.data() + unread_;; ++p) {
    while (p != end && *p == ' ') ++p;
    while (p != end && *p == '"') {  // once more where it is doubled
      p = find(p + 1, end, '"');
      if (!p) return nullptr;
      ++p;
    }
    while (p != end && *p != separator_ && *p != '\n') ++p;
    if (p == end) return nullptr;
    if (*p == '\n') return p;
  }
}

bool CsvRows::next() {
  const char* line_end = nullptr;
  for (;;) {
    const char* const from = window_.data() + unread_;
    line_end = find(from, window_.data() + filled_, '\n');
    quotes_ = any_quotes_ && find(from, line_end ? line_end : window_.data() + filled_, '"');
    if (quotes_) line_end = end_of_quoted_row();
    if (line_end) break;
    if (fill()) continue;
    if (unread_ == filled_) return false;
    line_end = window_.data() + filled_;  // the last line has no end
    break;
  }
  begin_ = at_ = window_.data() + unread_;
  end_ = line_end;
  unread_ = std::min(filled_, static_cast<std::size_t>(line_end - window_.data()) + 1);
  ++row_;
  line_ += row_ == 1 ? 1 : lines_in_row_;
  lines_in_row_ = quotes_ ? static_cast<std::uint64_t>(std::count(begin_, end_, '\n')) + 1 : 1;
  if (end_ != begin_ && end_[-1] == '\r') --end_;
  if (row_ == 1 && !quotes_ && find(begin_, end_, '\r'))
    malformed("holds a carriage return; lines end with a line feed, or with both");
  return true;
}

bool CsvRows::cell(std::string_view& text) {
  if (!at_) return false;
  const char* from = at_;
  const char* to = find(from, end_, separator_);
  if (quotes_) {
    while (from != end_ && *from == ' ') ++from;
    if (from != end_ && *from == '"') return quoted_cell(from, text);
  }
  at_ = to ? to + 1 : nullptr;
  if (!to) to = end_;
  while (from != to && *from == ' ') ++from;
  while (from != to && to[-1] == ' ') --to;
  text = {from, static_cast<std::size_t>(to - from)};
  return true;
}

bool CsvRows::quoted_cell(const char* quote, std::string_view& text) {
  unquoted_.clear();
  const char* from = quote + 1;
  for (;;) {
    const char* const to = find(from, end_, '"');
    if (!to) malformed("a quote (\") is never closed");
    const std::string_view part(from, static_cast<std::size_t>(to - from));
    from = to + 1;
    if (from != end_ && *from == '"') {  // doubled, it stands for one
      (unquoted_ += part) += '"';
      ++from;
      continue;
    }
    text = unquoted_.empty() ? part : std::string_view(unquoted_ += part);
    break;
  }
  while (from != end_ && *from == ' ') ++from;
  if (from != end_ && *from != separator_) malformed("a text goes on after its closing quote (\")");
  at_ = from != end_ ? from + 1 : nullptr;
  return true;
}

std::string CsvRows::where() const {
  return row_ == line_ ? fmt::format("row {}", row_) : fmt::format("row {} (line {})", row_, line_);
}

void CsvRows::malformed(const std::string& why) const {
  source_.malformed(fmt::format("{}: {}", where(), why));
}

}  // namespace graph_runner
