#include "report/html.hpp"

#include <fmt/format.h>

#include <cmath>

#include "core/text.hpp"

namespace graph_runner {

std::string number(double x) {
  return std::abs(x) >= 1e-4 && std::abs(x) < 1e6 ? fmt::format("{:.4f}", x) : fmt::format("{:.3g}", x);
}

std::string escaped(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const Character c = first_character(text);
    const std::size_t bytes = c.bytes ? c.bytes : 1;
    const std::string_view character = text.substr(0, bytes);
    if (character == "&")
      out += "&amp;";
    else if (character == "<")
      out += "&lt;";
    else if (character == ">")
      out += "&gt;";
    else if (character == "\"")
      out += "&quot;";
    else if (character == "'")
      out += "&#39;";
    else if (c.prints || character == "\n" || character == "\t")
      out += character;
    else
      out += "\uFFFD";
    text.remove_prefix(bytes);
  }
  return out;
}

std::string number_html(double x) {
  return std::isfinite(x) ? fmt::format("<data value=\"{}\">{}</data>", x, number(x)) : "–";
}

std::string seconds_html(double seconds) {
  return fmt::format("<time datetime=\"PT{0:.3f}S\">{0:.2f} s</time>", seconds);
}

std::string table_html(const HtmlTable& table) {
  // What scrolls is reached by the keyboard.
  std::string out = fmt::format("<div class=\"scroll\" tabindex=\"0\"><table{}>\n",
                                table.kind.empty() ? "" : fmt::format(" class=\"{}\"", table.kind));
  if (!table.caption.empty()) out += fmt::format("<caption>{}</caption>\n", escaped(table.caption));
  const auto side = [&](std::size_t c) { return table.columns[c] == 'r' ? " class=\"r\"" : ""; };
  out += "<thead><tr>";
  for (std::size_t c = 0; c < table.heads.size(); ++c)
    out += fmt::format("<th scope=\"col\"{}>{}</th>", side(c), escaped(table.heads[c]));
  out += "</tr></thead>\n<tbody>\n";
  for (const std::vector<std::string>& row : table.rows) {
    out += fmt::format("<tr><th scope=\"row\"{}>{}</th>", side(0), row[0]);
    for (std::size_t c = 1; c < row.size(); ++c) out += fmt::format("<td{}>{}</td>", side(c), row[c]);
    out += "</tr>\n";
  }
  return out + "</tbody></table></div>\n";
}

std::string details_html(const std::string& summary, const std::string& content) {
  return fmt::format("<details><summary>{}</summary>\n{}</details>\n", escaped(summary), content);
}

}  // namespace graph_runner
