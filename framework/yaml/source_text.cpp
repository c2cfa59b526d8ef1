#include "yaml/source_text.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <vector>

#include "core/open_file.hpp"
#include "core/text.hpp"

namespace graph_runner {

namespace {

constexpr std::size_t most_bytes = std::size_t{64} << 20;
constexpr std::size_t most_values = 2'000'000;

std::shared_ptr<SourceText> split_lines(const std::string& name, std::string_view text) {
  auto source = std::make_shared<SourceText>();
  source->name = name;
  while (true) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    source->lines.emplace_back(line);
    if (end == std::string_view::npos) return source;
    text.remove_prefix(end + 1);
  }
}

Place place_of(const std::shared_ptr<const SourceText>& source, std::size_t line, std::size_t byte) {
  return {source, static_cast<int>(line) + 1,
          characters(std::string_view(source->lines[line]).substr(0, byte)) + 1, 1};
}

// yaml-cpp takes NUL, control characters, UTF-16 and broken UTF-8 in silence.
void check_characters(const std::shared_ptr<const SourceText>& source) {
  for (std::size_t line = 0; line < source->lines.size(); ++line) {
    const std::string_view text = source->lines[line];
    for (std::size_t i = 0; i < text.size();) {
      if (text[i] >= ' ' && text[i] < 0x7F) {  // nearly all of them
        ++i;
        continue;
      }
      const Character c = first_character(text.substr(i));
      if (!c.prints && text[i] != '\t') {
        std::string why =
            fmt::format("the character U+{:04X} does not print; delete it", std::uint32_t{c.code});
        if (c.bytes == 0)
          why = fmt::format("byte 0x{:02X} is not valid UTF-8; save the file as UTF-8 text",
                            static_cast<unsigned char>(text[i]));
        else if (c.code == '\r')
          why = "a carriage return inside a line; end lines with a line feed, or with both";
        else if (c.code < 0x20 || c.code == 0x7F)
          why = fmt::format("control character 0x{:02X}; a graph file is UTF-8 text", std::uint32_t{c.code});
        throw Error(Exit::bad_request, place_of(source, line, i), why);
      }
      i += c.bytes;
    }
  }
}

// Directives stand before the document, at the start of a line.
void check_directives(const std::shared_ptr<const SourceText>& source) {
  for (std::size_t i = 0; i < source->lines.size(); ++i) {
    const std::string& line = source->lines[i];
    const std::size_t first = line.find_first_not_of(" \t");
    if (first == std::string::npos || line[first] == '#') continue;
    if (line[0] != '%') return;
    if (line.substr(0, 9) != "%YAML 1.2")
      throw Error(Exit::bad_request, place_of(source, i, 0), "a directive (%); graph files have none");
  }
}

// yaml-cpp keeps all of a bracket's content in memory before it tells of the bracket, so its depth and size
// are bounded here. Counts the brackets that open lists and maps; those in quotes, comments and texts do not.
void check_brackets(const std::shared_ptr<const SourceText>& source, std::size_t most_depth) {
  std::size_t depth = 0, values = 0;
  char quote = 0;
  for (std::size_t n = 0; n < source->lines.size(); ++n) {
    const std::string& line = source->lines[n];
    char before = 0;  // the last character on this line that is no space
    bool gap = true;  // whether a space or nothing stands before this one
    for (std::size_t i = 0; i < line.size(); ++i) {
      const char c = line[i];
      if (quote) {
        if (c == '\\' && quote == '"')
          ++i;
        else if (c == quote)
          quote = 0;
        continue;
      }
      if (c == '#' && gap) break;
      // Where a value may begin: after a bracket or comma inside brackets, and after an indicator and a
      // space.
      const bool starts = (depth > 0 && (before == 0 || std::strchr("[{,", before))) ||
                          (gap && (before == 0 || std::strchr(":-?", before)));
      if (starts && (c == '"' || c == '\'')) quote = c;
      if ((c == '[' || c == '{') && (starts || depth > 0) && ++depth > most_depth)
        throw Error(Exit::bad_request, place_of(source, n, i),
                    fmt::format("nested more than {} deep", most_depth));
      if ((c == ']' || c == '}') && depth > 0) --depth;
      values += c == ',';
      gap = c == ' ' || c == '\t';
      if (!gap) before = c;
    }
    if (++values > most_values)
      throw Error(
          Exit::bad_request, place_of(source, n, 0),
          fmt::format("more than {} values (lines and commas); large data belong in a file of their own",
                      most_values));
  }
}

}  // namespace

std::string read_text_file(const std::string& path) {
  const auto source = split_lines(path, "");
  const auto fail = [&](Exit exit, const std::string& why) {
    return Error(exit, Place{source, 0, 0, 0}, why);
  };
  const bool given = path == "-";  // standard input is what it is, and waited for
  const OpenFile in = given ? OpenFile::standard_input() : OpenFile(path);
  if (in.error()) throw fail(Exit::file_failed, std::strerror(in.error()));
  const mode_t kind = in.kind();
  if (kind == S_IFDIR) throw fail(Exit::file_failed, "is a directory");
  if (kind == S_IFCHR && !given) throw fail(Exit::file_failed, "is a device, not a file");
  std::string text;
  std::vector<char> chunk(1 << 16);
  ssize_t n = in.read_some(chunk.data(), chunk.size());
  // A pipe, such as the shell makes of <(…), is waited for as long as somebody can write into it.
  if (n == 0 && kind == S_IFIFO && !given)
    throw fail(Exit::file_failed, "is a pipe, and nobody writes into it");
  if (!given) in.wait();
  if (n < 0 && errno == EAGAIN) n = in.read_some(chunk.data(), chunk.size());
  for (; n > 0; n = in.read_some(chunk.data(), chunk.size())) {
    text.append(chunk.data(), static_cast<std::size_t>(n));
    if (text.size() > most_bytes)
      throw fail(Exit::bad_request,
                 fmt::format("a graph file has at most {} MiB; large data belong in a file of their own",
                             most_bytes >> 20));
  }
  if (n < 0) throw fail(Exit::file_failed, std::strerror(errno));
  return text;
}

std::string text_of(const SourceText& source) {
  std::string text;
  for (const std::string& line : source.lines) text += line + "\n";
  return text;
}

std::shared_ptr<const SourceText> check_text(std::string_view text, const std::string& name,
                                             std::size_t most_depth) {
  std::shared_ptr<const SourceText> source = split_lines(name, text);
  check_characters(source);
  check_directives(source);
  check_brackets(source, most_depth);
  return source;
}

}  // namespace graph_runner
