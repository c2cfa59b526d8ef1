// What students have earned: a row a student, a column a question.
#include <fmt/format.h>

#include <cmath>

#include "report/report_parts.hpp"

namespace graph_runner {

namespace {

// Points to a hundredth, with all digits for programs.
std::string points_html(const Event& x) {
  return fmt::format("<data value=\"{}\">{:.6g}</data>", x.dump(), std::round(number_of(x) * 100) / 100);
}

// All that is to be said of a student's answers.
std::string remarks(const Event& student) {
  std::string out;
  for (const Event& g : student.at("grades")) {
    std::string said = text_of(g, "remark");
    if (const std::string hint = text_of(g, "diagnosis"); !hint.empty())
      said += (said.empty() ? "" : ": ") + hint;
    if (!said.empty())
      out += fmt::format("<li><b>{}</b> <code>{}</code>: {}</li>\n", escaped(text_of(g, "question")),
                         escaped(text_of(g, "text")), escaped(said));
  }
  if (!out.empty()) out = "<ul>\n" + out + "</ul>\n";
  if (const std::string problem = text_of(student, "problem"); !problem.empty())
    out = fmt::format("<p class=\"message error\">{}</p>\n", escaped(problem)) + out;
  return out.empty() ? "" : details_html(text_of(student, "student"), out);
}

}  // namespace

std::string grades_part(const Events& events) {
  const std::vector<const Event*> students = of_kind(events, "student");
  if (students.empty()) return "";
  HtmlTable table{"", {"student", "points"}, "l", {}, "grades"};
  std::string said;
  // A file that could not be judged has no grades; the questions are those of one that could.
  const Event* asked = students[0];
  for (const Event* s : students)
    if (s->at("grades").size() > asked->at("grades").size()) asked = s;
  for (const Event& g : asked->at("grades")) table.heads.push_back(text_of(g, "question"));
  table.columns.resize(table.heads.size(), 'r');
  for (const Event* s : students) {
    std::vector<std::string>& row = table.rows.emplace_back(1, escaped(text_of(*s, "student")));
    row.push_back(points_html(s->at("earned")));
    for (const Event& g : s->at("grades"))
      row.push_back(fmt::format("<span class=\"grade {0}\" title=\"{0}\">{1}</span>", text_of(g, "verdict"),
                                text_of(g, "verdict") == "open" ? "–" : points_html(g.at("earned"))));
    row.resize(table.heads.size(), "–");
    said += remarks(*s);
  }
  const std::string key =
      "<p class=\"note\"><span class=\"grade right\">right</span> <span class=\"grade steps\">by "
      "steps</span> "
      "<span class=\"grade wrong\">wrong</span> <span class=\"grade untold\">cannot be told</span> – not "
      "answered</p>\n";
  return section_html("Grades",
                      fmt::format("<p>{} file{}, {} points each.</p>\n", students.size(),
                                  students.size() == 1 ? "" : "s", points_html(students[0]->at("points"))) +
                          key + table_html(table) + (said.empty() ? "" : "<h4>Remarks</h4>\n" + said));
}

}  // namespace graph_runner
