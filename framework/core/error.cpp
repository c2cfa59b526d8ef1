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
  throw Error(std::max(exit, worst_), std::move(list_));
}

int characters(std::string_view utf8) {
  return static_cast<int>(
      std::count_if(utf8.begin(), utf8.end(), [](unsigned char c) { return (c & 0xC0) != 0x80; }));
}

namespace {

// Control characters would let a file write to the terminal; show them as a replacement character.
std::string printable(std::string_view text) {
  std::string out;
  for (char c : text) {
    const auto u = static_cast<unsigned char>(c);
    if (c == '\t')
      out += ' ';
    else if (u < 0x20 || u == 0x7F)
      out += "\uFFFD";
    else
      out += c;
  }
  return out;
}

// `count` characters of a UTF-8 text from character `from` on.
std::string_view slice(std::string_view text, int from, int count) {
  const auto advance = [&](std::size_t at, int n) {
    while (n > 0 && at < text.size()) {
      do ++at;
      while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80);
      --n;
    }
    return at;
  };
  const std::size_t begin = advance(0, from);
  return text.substr(begin, advance(begin, count) - begin);
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
  out += fmt::format("{}{}:{} {}\n", tint, kind, off, problem.message);
  if (!at.source || at.line < 1 || at.line > static_cast<int>(at.source->lines.size())) return out;
  // A long line is cut to a window about the place.
  constexpr int window = 100;
  const std::string& line = at.source->lines[static_cast<std::size_t>(at.line) - 1];
  const int total = characters(line);
  const int start = at.column > window - 20 ? at.column - 40 : 0;
  const int shown = std::min(window, total - start);
  if (shown <= 0 && total > 0) return out;
  const std::string text = printable(slice(line, start, shown));
  const int column = std::max(0, at.column - 1 - start);
  const int length = std::clamp(at.length, 1, std::max(1, shown - column));
  out += fmt::format("    {}\n    {}{}^{}{}\n", text, std::string(static_cast<std::size_t>(column), ' '),
                     tint, std::string(static_cast<std::size_t>(length) - 1, '~'), off);
  return out;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates) {
  word = word.substr(0, 80);
  std::size_t best = std::min(word.size(), word.size() / 3 + 2);  // as far away as this is no hint
  const std::string* nearest = nullptr;
  const auto lower = [](char c) { return std::tolower(static_cast<unsigned char>(c)); };
  for (const std::string& c : candidates) {
    // Edit distance with swaps of neighbours (optimal string alignment; Damerau 1964), three rows at a time.
    // A change of case counts nothing.
    std::vector<std::size_t> before(c.size() + 1), last(c.size() + 1), row(c.size() + 1);
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
