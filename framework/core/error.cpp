#include "core/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

namespace graph_runner {

Error::Error(Exit exit, std::vector<Problem> problems) : exit_(exit), problems_(std::move(problems)) {
  for (const Problem& p : problems_) {
    if (!what_.empty()) what_ += '\n';
    if (p.place.line)
      what_ +=
          fmt::format("{}:{}:{}: ", p.place.source ? p.place.source->name : "", p.place.line, p.place.column);
    what_ += p.message;
  }
}

void Problems::add(const Error& error) {
  list_.insert(list_.end(), error.problems().begin(), error.problems().end());
  worst_ = std::max(worst_, error.exit());
}

void Problems::raise(Exit exit) {
  if (list_.empty()) return;
  std::stable_sort(list_.begin(), list_.end(), [](const Problem& a, const Problem& b) {
    return std::pair(a.place.line, a.place.column) < std::pair(b.place.line, b.place.column);
  });
  // Nobody reads thousands of them: the first ones, and the last with the number of those left out.
  constexpr std::size_t most = 100;
  if (list_.size() > most) {
    Problem last = std::move(list_.back());
    last.message =
        fmt::format("{} (and {} more problems before this one)", last.message, list_.size() - most);
    list_.resize(most - 1);
    list_.push_back(std::move(last));
  }
  throw Error(std::max(exit, worst_), std::move(list_));
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

namespace {

// What a file or a name holds must not steer the terminal: what does not print is shown as a replacement
// character.
std::string printable(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const Character c = first_character(text);
    // An invalid byte goes with those that continue it: `characters` counts them as one.
    std::size_t bytes = std::max<std::size_t>(1, c.bytes);
    while (c.bytes == 0 && bytes < text.size() && (static_cast<unsigned char>(text[bytes]) & 0xC0) == 0x80)
      ++bytes;
    if (c.prints)
      out += text.substr(0, bytes);
    else
      out += text[0] == '\t' ? " " : "\uFFFD";
    text.remove_prefix(bytes);
  }
  return out;
}

// The byte `count` characters after byte `from` of a UTF-8 text, or its end.
std::size_t advance(std::string_view text, std::size_t from, int count) {
  for (; count > 0 && from < text.size(); --count) do
      ++from;
    while (from < text.size() && (static_cast<unsigned char>(text[from]) & 0xC0) == 0x80);
  return from;
}

// A message as it is shown: what it quotes may be long, or hold line breaks that look like messages of their
// own.
std::string shown(std::string_view message) {
  constexpr int head = 1000, tail = 300;
  std::string whole(message);
  if (const int count = characters(message); count > head + tail)
    whole = fmt::format("{} … {}", message.substr(0, advance(message, 0, head)),
                        message.substr(advance(message, 0, count - tail)));
  std::string out;
  std::string_view rest = whole;
  while (true) {
    const std::size_t end = rest.find('\n');
    out += printable(rest.substr(0, end));
    if (end == std::string_view::npos) return out;
    rest.remove_prefix(end + 1);
    out += rest.substr(0, 4) == "    " ? "\n" : "\n    ";
  }
}

}  // namespace

std::string render(const Problem& problem, std::string_view kind, bool colour) {
  const Place& at = problem.place;
  const std::string_view bold = colour ? "\x1b[1m" : "", off = colour ? "\x1b[0m" : "";
  const std::string_view tint = !colour ? "" : kind == "error" ? "\x1b[1;31m" : "\x1b[1;35m";
  std::string out;
  if (at.source) {
    out = fmt::format("{}{}", bold, printable(at.source->name));
    if (at.line) out += fmt::format(":{}:{}", at.line, at.column);
    out += fmt::format(":{} ", off);
  }
  out += fmt::format("{}{}:{} {}\n", tint, kind, off, shown(problem.message));
  if (!at.source || at.line < 1 || at.line > static_cast<int>(at.source->lines.size())) return out;
  // A long line is cut to a window about the place.
  constexpr int window = 100;
  const std::string& line = at.source->lines[static_cast<std::size_t>(at.line) - 1];
  const int start = at.column > window - 20 ? at.column - 40 : 0;
  const std::size_t begin = advance(line, 0, start);
  if (begin == line.size() && !line.empty()) return out;
  const std::string text =
      printable(std::string_view(line).substr(begin, advance(line, begin, window) - begin));
  const int column = std::max(0, at.column - 1 - start);
  const int length = std::clamp(at.length, 1, std::max(1, characters(text) - column));
  out += fmt::format("    {}\n    {}{}^{}{}\n", text, std::string(static_cast<std::size_t>(column), ' '),
                     tint, std::string(static_cast<std::size_t>(length) - 1, '~'), off);
  return out;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates) {
  word = word.substr(0, 80);
  std::size_t best = std::min(word.size(), word.size() / 3 + 2);  // as far away as this is no hint
  const std::string* nearest = nullptr;
  const auto lower = [](char c) { return std::tolower(static_cast<unsigned char>(c)); };
  std::vector<std::size_t> before, last, row;
  for (const std::string& c : candidates) {
    if (std::max(c.size(), word.size()) - std::min(c.size(), word.size()) >= best) continue;
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
    if (row.back() < best) {
      best = row.back();
      nearest = &c;
    }
  }
  return nearest ? fmt::format(" (did you mean '{}'?)", *nearest) : "";
}

std::string any_of(const std::vector<std::string>& names) {
  if (names.empty()) return "nothing";
  std::string out;
  for (std::size_t i = 0; i < names.size(); ++i)
    out += fmt::format("{}'{}'", i == 0 ? "" : i + 1 == names.size() ? " or " : ", ", names[i]);
  return out;
}

}  // namespace graph_runner
