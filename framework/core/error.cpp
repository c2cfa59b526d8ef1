#include "core/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "core/text.hpp"

namespace graph_runner {

namespace {

std::string text_of(const Place& place) {
  return fmt::format("{}:{}:{}", place.source ? place.source->name : "", place.line, place.column);
}

}  // namespace

Error::Error(Exit exit, std::vector<Problem> problems) : exit_(exit), problems_(std::move(problems)) {
  for (const Problem& p : problems_) {
    if (!what_.empty()) what_ += '\n';
    if (p.place.line) what_ += text_of(p.place) + ": ";
    what_ += p.message;
    for (const Place* use = p.place.used_at.get(); use; use = use->used_at.get())
      what_ += fmt::format(" (used at {})", text_of(*use));
  }
}

void Problems::add(const Error& error) {
  list_.insert(list_.end(), error.problems().begin(), error.problems().end());
  worst_ = std::max(worst_, error.exit());
}

namespace {

// By files, in the order in which they come up, and by lines.
void sort_by_place(std::vector<Problem>& list) {
  std::map<const SourceText*, std::size_t> files;
  for (const Problem& p : list) files.try_emplace(p.place.source.get(), files.size());
  std::stable_sort(list.begin(), list.end(), [&](const Problem& a, const Problem& b) {
    const auto *first = a.place.source.get(), *second = b.place.source.get();
    if (first != second) return files.at(first) < files.at(second);
    return std::pair(a.place.line, a.place.column) < std::pair(b.place.line, b.place.column);
  });
}

// The name of a node of a block says of which use it is: what is behind it tells whether two problems are
// one.
void say_once(std::vector<Problem>& list) {
  std::set<std::tuple<const SourceText*, int, int, std::string>> said;
  std::erase_if(list, [&](const Problem& p) {
    const std::size_t named = p.message.rfind("node '", 0) == 0 ? p.message.find('\'', 6) : 0;
    return p.place.used_at && !said.emplace(p.place.source.get(), p.place.line, p.place.column,
                                            p.message.substr(std::min(named, p.message.size())))
                                   .second;
  });
}

}  // namespace

void Problems::raise(Exit exit) {
  if (list_.empty()) return;
  sort_by_place(list_);
  say_once(list_);
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

namespace {

// The line of a place with the stretch underlined, further in by `margin`; "" where it has none.
std::string excerpt(const Place& at, std::string_view margin, std::string_view tint, std::string_view off) {
  if (!at.source || at.line < 1 || at.line > static_cast<int>(at.source->lines.size())) return "";
  // A long line is cut to a window about the place.
  constexpr int window = 100;
  const std::string& line = at.source->lines[static_cast<std::size_t>(at.line) - 1];
  const int start = at.column > window - 20 ? at.column - 40 : 0;
  const std::size_t begin = advance(line, 0, start);
  if (begin == line.size() && !line.empty()) return "";
  const std::string text =
      printable(std::string_view(line).substr(begin, advance(line, begin, window) - begin));
  const int column = std::max(0, at.column - 1 - start);
  const int length = std::clamp(at.length, 1, std::max(1, characters(text) - column));
  return fmt::format("{0}{1}\n{0}{2}{3}^{4}{5}\n", margin, text,
                     std::string(static_cast<std::size_t>(column), ' '), tint,
                     std::string(static_cast<std::size_t>(length) - 1, '~'), off);
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
  out +=
      fmt::format("{}{}:{} {}\n", tint, kind, off, shown(problem.message)) + excerpt(at, "    ", tint, off);
  for (const Place* use = at.used_at.get(); use; use = use->used_at.get())
    out += fmt::format("  used at {}{}{}\n", bold, printable(text_of(*use)), off) +
           excerpt(*use, "    ", tint, off);
  return out;
}

}  // namespace graph_runner
