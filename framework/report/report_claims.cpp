// Claims, each with how it is wrong where it is; and critical points.
#include <fmt/format.h>

#include <map>
#include <set>

#include "report/report_parts.hpp"

namespace graph_runner {

namespace {

std::string code(const std::string& text) { return "<code>" + escaped(text) + "</code>"; }

// "m = 1 3 4": the sizes at which a claim was tried, as HTML.
std::string sizes(const Event& claim) {
  std::map<std::string, std::set<std::int64_t>> tried;
  for (const Event& at : claim.at("sizes"))
    for (const auto& [name, size] : at.items()) tried[name].insert(size.get<std::int64_t>());
  std::string text;
  for (const auto& [name, all] : tried) {
    text += (text.empty() ? "" : ", ") + ("<span class=\"whole\">" + escaped(name)) + " =";
    for (const std::int64_t size : all) text += " " + fmt::to_string(size);
    text += "</span>";
  }
  return text;
}

// Where the sides differ most, what is wrong, and what was not tried.
std::string remarks(const Event& claim) {
  std::string out;
  for (const char* key : {"where", "diagnosis"})
    if (const std::string said = text_of(claim, key); !said.empty())
      out += fmt::format("<div class=\"{}\">{}</div>", key, escaped(said));
  for (const Event& what : claim.at("not_tried"))
    out += fmt::format("<div>not tried: {}</div>", escaped(what.get<std::string>()));
  return out;
}

std::string claims_table(const std::vector<const Event*>& claims) {
  HtmlTable table{"", {"line", "", "claim", "points", "sizes", "within"}, "rllrlr", {}, "claims"};
  for (const Event* c : claims) {
    const std::string found = text_of(*c, "verdict"), wanted = text_of(*c, "expected");
    std::string verdict = verdict_html(found == wanted, found == "not_judged" ? "not judged" : found);
    if (found != wanted && wanted == "refuted") verdict += " <small>to be refuted</small>";
    table.rows.push_back(
        {c->at("line").dump(), verdict, code(text_of(*c, "text")) + remarks(*c), c->at("points").dump(),
         sizes(*c),
         fmt::format("<data value=\"{}\">{:.0e}</data>", c->at("worst").dump(), number_of(c->at("worst")))});
  }
  return table_html(table);
}

std::string vector_text(const Event& entries) {
  std::string text;
  for (const Event& x : entries)
    text += fmt::format("{}{:.6g}", text.empty() ? "" : ", ", number_of(x) + 0.0);
  return "[" + text + "]";
}

std::string critical(const Event& e) {
  HtmlTable table{fmt::format("Critical points of {} by {}", text_of(e, "of"), text_of(e, "by")),
                  {"point", "value", "|gradient|", "kind", "eigenvalues"},
                  "lrrll",
                  {},
                  ""};
  for (const Event& p : e.at("points")) {
    Event eigenvalues = Event::array();
    for (const Event& d : p.at("directions")) eigenvalues.push_back(d.at("eigenvalue"));
    table.rows.push_back({code(vector_text(p.at("point"))), number_html(number_of(p.at("value"))),
                          number_html(number_of(p.at("gradient_norm"))), escaped(text_of(p, "kind")),
                          code(vector_text(eigenvalues))});
  }
  const bool holds = e.at("holds").get<bool>();
  return (table.rows.empty() ? "" : table_html(table)) +
         fmt::format("<p>{}: {}</p>\n", verdict_html(holds, holds ? "holds" : "NOT MET"),
                     escaped(text_of(e, "verdict")));
}

// What another file's answers to questions earn.
std::string questions(const Events& events) {
  HtmlTable table{"Questions", {"question", "asked", "", "earned", "of", "remark"}, "lllrrl", {}, ""};
  for (const Event* q : of_kind(events, "question")) {
    const std::string verdict = text_of(*q, "verdict");
    table.rows.push_back({escaped(text_of(*q, "question")), code(text_of(*q, "text")),
                          verdict_html(verdict == "right", verdict), number_html(number_of(q->at("earned"))),
                          number_html(number_of(q->at("points"))), escaped(text_of(*q, "remark"))});
  }
  return table.rows.empty() ? "" : table_html(table);
}

}  // namespace

std::string claims_part(const Events& events) {
  std::string out;
  if (const auto claims = of_kind(events, "claim"); !claims.empty()) {
    std::string tally;
    for (const Event* v : of_kind(events, "verdict"))
      if (v->contains("held"))
        tally = fmt::format("<p>{} of {} as they should be.</p>\n",
                            v->at("held").get<std::int64_t>() + v->at("refuted").get<std::int64_t>(),
                            v->at("checked").dump());
    out += section_html("Claims", tally + claims_table(claims) + questions(events));
  }
  std::string found;
  for (const Event* e : of_kind(events, "critical")) found += critical(*e);
  return found.empty() ? out : out + section_html("Critical points", found);
}

}  // namespace graph_runner
