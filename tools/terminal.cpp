#include "tools/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>
#include <utf8proc.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <optional>

namespace graph_runner::cli {

namespace {

constexpr int least_width = 40, unlimited = std::numeric_limits<int>::max() / 2;

std::optional<int> columns_variable() {
  const char* const text = std::getenv("COLUMNS");
  if (!text) return std::nullopt;
  int width = 0;
  const char* const end = text + std::strlen(text);
  const auto [at, error] = std::from_chars(text, end, width);
  return error == std::errc() && at == end && width > 0 ? std::optional(width) : std::nullopt;
}

std::optional<int> width_of_terminal(int stream) {
  winsize size{};
  return ioctl(stream, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? std::optional<int>(size.ws_col)
                                                                  : std::nullopt;
}

// What a text begins with: a character and those that combine with it.
struct Cluster {
  std::size_t bytes = 0;
  int width = 0;
};
Cluster first_cluster(std::string_view text) {
  Cluster cluster;
  utf8proc_int32_t before = -1, state = 0;
  while (cluster.bytes < text.size()) {
    utf8proc_int32_t code = 0;
    const auto* const at = reinterpret_cast<const utf8proc_uint8_t*>(text.data()) + cluster.bytes;
    const auto left = static_cast<utf8proc_ssize_t>(text.size() - cluster.bytes);
    const utf8proc_ssize_t bytes = utf8proc_iterate(at, left, &code);
    if (bytes < 1) return before < 0 ? Cluster{1, 1} : cluster;  // not UTF-8: shown as one sign
    if (before >= 0 && utf8proc_grapheme_break_stateful(before, code, &state)) return cluster;
    cluster.bytes += static_cast<std::size_t>(bytes);
    cluster.width = std::max(cluster.width, utf8proc_charwidth(code));
    before = code;
  }
  return cluster;
}

std::string_view without_end_spaces(std::string_view text) {
  return text.substr(0, text.find_last_not_of(' ') + 1);
}

}  // namespace

int output_width() {
  std::optional<int> width = columns_variable();
  if (!width) width = width_of_terminal(STDOUT_FILENO);
  return width ? std::max(*width, least_width) : unlimited;
}

bool is_unlimited(int width) { return width == unlimited; }

int terminal_width(int stream) { return width_of_terminal(stream).value_or(80); }

bool speaks_utf8() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"})
    if (const char* const value = std::getenv(name); value && *value) {
      std::string locale = value;
      for (char& c : locale) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      return locale.find("utf-8") != locale.npos || locale.find("utf8") != locale.npos;
    }
  return false;
}

int display_width(std::string_view text) {
  int width = 0;
  while (!text.empty()) {
    const Cluster c = first_cluster(text);
    width += c.width;
    text.remove_prefix(c.bytes);
  }
  return width;
}

std::vector<std::string> broken(std::string_view text, int first, int others) {
  std::vector<std::string> lines;
  int room = std::max(first, 1);
  while (display_width(text) > room) {
    const std::size_t begin = std::min(text.find_first_not_of(' '), text.size());
    std::size_t at = 0, space = 0;
    for (int width = 0; at < text.size();) {
      const Cluster c = first_cluster(text.substr(at));
      if (text[at] == ' ' && at > begin) space = at;
      if (width + c.width > room) break;
      width += c.width;
      at += c.bytes;
    }
    const std::size_t cut = space ? space : std::max<std::size_t>(at, first_cluster(text).bytes);
    lines.emplace_back(without_end_spaces(text.substr(0, cut)));
    text.remove_prefix(std::min(text.find_first_not_of(' ', cut), text.size()));
    room = std::max(others, 1);
  }
  if (!text.empty() || lines.empty()) lines.emplace_back(text);
  return lines;
}

std::string wrapped(std::string_view text, int width, int hanging) {
  std::string out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    const auto indent = std::min(line.find_first_not_of(' '), line.size()) + std::size_t(hanging);
    const std::vector<std::string> lines = broken(line, width, width - static_cast<int>(indent));
    for (std::size_t i = 0; i < lines.size(); ++i)
      out += (i ? "\n" + std::string(indent, ' ') : "") + lines[i];
    if (end < text.size()) out += '\n';
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

void say_text(std::string_view text, int hanging) {
  const std::string out = wrapped(text, output_width(), hanging);
  fmt::print("{}", out);
}

}  // namespace graph_runner::cli
