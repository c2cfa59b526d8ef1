// How what the tools print is laid out: the width that there is, lines that are broken, and tables.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

namespace graph_runner::cli {

using Rows = std::vector<std::vector<std::string>>;

// The width, in columns of a terminal, that what goes to stdout fits: that of COLUMNS where it is set, else
// that of the terminal, and at least 40; where stdout is no terminal, there is no limit, so that a row of a
// table stays a line for other programs.
int output_width();
bool is_unlimited(int width);
// The width of the terminal behind a stream; 80 where unknown.
int terminal_width(int stream);

// Whether the locale's characters are UTF-8 (LC_ALL, LC_CTYPE, LANG).
bool speaks_utf8();

// The columns that a text takes on a terminal: two for a wide character, none for one that combines (Unicode
// Standard Annex 11, by libutf8proc).
int display_width(std::string_view utf8);

// The lines of a text without line breaks, broken at spaces: the first of at most `first` columns, the others
// of `others`. A word that is longer is broken too.
std::vector<std::string> broken(std::string_view text, int first, int others);
// The lines of a text, those that are wider than `width` broken; what follows of a line stands `hanging`
// further in than it begins.
std::string wrapped(std::string_view text, int width, int hanging);

// Prints to stdout, wrapped to the output's width.
void say_text(std::string_view text, int hanging = 4);
template <class... A>
void say(fmt::format_string<A...> format, A&&... arguments) {
  say_text(fmt::format(format, std::forward<A>(arguments)...));
}

// Lines of cells, padded so that columns align: `columns` has a letter for each, l (left) or r (right:
// numbers, which are never broken). A table that is wider than the output is made to fit: long cells of text
// take several lines, and where that is not enough, it is told in several tables, each with the first column.
std::string table(const Rows& rows, std::string_view columns, int indent = 2);
// Whether it fits as it is.
bool fits(const Rows& rows, int indent = 2);

}  // namespace graph_runner::cli
