// The graph: its nodes as a table, and its drawings.
#include <fmt/format.h>

#include "core/text.hpp"
#include "report/report_parts.hpp"

namespace graph_runner {

namespace {

// The whole graph in sight; the inside of each block behind its name.
std::string drawings_html(const Events& events) {
  std::string out;
  for (const Event* drawing : of_kind(events, "drawing")) {
    const std::string title = text_of(*drawing, "title"), message = text_of(*drawing, "message");
    if (!message.empty()) {
      out += fmt::format("<p>There is no drawing: {}.</p>\n", escaped(message));
      continue;
    }
    const std::string picture =
        fmt::format("<div class=\"drawing\" tabindex=\"0\">\n{}</div>\n", text_of(*drawing, "svg"));
    out += title.empty() ? picture : details_html(title, picture);
  }
  return out;
}

}  // namespace

std::string graph_part(const Events& events) {
  std::string out = drawings_html(events);
  for (const Event* summary : of_kind(events, "summary")) {
    HtmlTable table{"", {"node", "type", "in", "shape", "parameters"}, "llllr", {}, ""};
    for (const auto& [name, shape] : summary->at("inputs").items())
      table.rows.push_back({escaped(name), "input", "", escaped(shape.get<std::string>()), ""});
    for (const Event& node : summary->at("nodes")) {
      const std::string formula = text_of(node, "formula");
      std::string type = formula.empty() ? text_of(node, "type") : formula;
      if (node.contains("repeat")) type = node.at("repeat").dump() + " × " + type;
      const std::int64_t parameters = node.at("parameters").get<std::int64_t>();
      table.rows.push_back({escaped(text_of(node, "name")), escaped(type), escaped(text_of(node, "in")),
                            escaped(text_of(node, "shape")),
                            parameters < 0    ? "?"
                            : parameters == 0 ? ""
                                              : grouped(parameters)});
    }
    table.rows.push_back({"in all", "", "", "", grouped(summary->at("parameters").get<std::int64_t>())});
    out += table_html(table);
  }
  return out.empty() ? "" : section_html("Graph", out);
}

}  // namespace graph_runner
