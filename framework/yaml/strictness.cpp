#include "yaml/strictness.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.hpp"

namespace graph_runner {

bool closes(const SourceText& source, std::size_t line, std::size_t column, char quote) {
  for (; line < source.lines.size(); ++line, column = 0) {
    const std::string& text = source.lines[line];
    for (std::size_t i = column; i < text.size(); ++i) {
      if (quote == '"' && text[i] == '\\')
        ++i;
      else if (text[i] == quote && (quote == '"' || i + 1 >= text.size() || text[i + 1] != quote))
        return true;
      else if (text[i] == quote)
        ++i;
    }
  }
  return false;
}

void check_characters(const Yaml& scalar) {
  for (std::string_view rest = scalar.text; !rest.empty();) {
    const Character c = first_character(rest);
    if (!c.prints && rest[0] != '\t')
      throw Error(Exit::bad_request, scalar.place,
                  c.code == '\n'
                      ? "a text of several lines; write it on one line, quoted where it begins with | or >"
                      : fmt::format("a text with the character U+{:04X}, which does not print; leave it out",
                                    std::uint32_t{c.code}));
    rest.remove_prefix(std::max<std::size_t>(1, c.bytes));
  }
}

}  // namespace graph_runner
