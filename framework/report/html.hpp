// Pieces of HTML: texts, numbers and tables.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace graph_runner {

// "0.9723", "1.2e-07": four digits behind the point, or three significant ones where it is far from 1.
std::string number(double x);

// A text as it stands in HTML, between tags or between double quotes: whatever it is, it stays text. What is
// not UTF-8, and what does not print, becomes U+FFFD; line breaks stay.
std::string escaped(std::string_view text);

// A number as `number` has it, and for programs with all of its digits: <data value="0.97231">0.9723</data>.
// Where it is not finite, a dash.
std::string number_html(double x);

// A time that it took: <time datetime="PT1.520S">1.52 s</time>.
std::string seconds_html(double seconds);

struct HtmlTable {
  std::string caption;                         // text; may be empty
  std::vector<std::string> heads;              // texts
  std::string columns;                         // a letter for each: l, or r for numbers
  std::vector<std::vector<std::string>> rows;  // cells of HTML; the first of a row names it
  std::string kind;                            // a class for the style, or ""
};
// It scrolls by itself where it is wider than the page.
std::string table_html(const HtmlTable& table);

// What is opened by a click: a summary (text) over content (HTML).
std::string details_html(const std::string& summary, const std::string& content);

}  // namespace graph_runner
