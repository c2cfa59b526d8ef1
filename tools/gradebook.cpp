#include "tools/gradebook.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <cstring>

#include "core/text.hpp"
#include "data/array_writer.hpp"
#include "tools/claim_report.hpp"
#include "tools/terminal.hpp"

namespace graph_runner::cli {

namespace {

std::string number(double x) { return fmt::format("{:.6g}", x); }
// For people: to a hundredth.
std::string rounded(double x) { return number(std::round(x * 100) / 100); }

// Names of files may be anything: what does not print is '?'.
std::string printing(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const Character c = first_character(text);
    const std::size_t bytes = std::max<std::size_t>(1, c.bytes);
    out += c.prints ? text.substr(0, bytes) : "?";
    text.remove_prefix(bytes);
  }
  return out;
}

// What no spreadsheet takes for a formula.
std::string text_cell(const std::string& text) {
  std::string cell = printing(text);
  if (!cell.empty() && std::strchr("=+-@", cell[0])) cell.insert(0, "'");
  return csv_cell(cell);
}

// What is said of a grade, with the hint that it may give.
std::string words(const Grade& grade, bool hints) {
  return hints && !grade.hint.empty() ? fmt::format("{}: {}", grade.remark, grade.hint) : grade.remark;
}

}  // namespace

double StudentGrades::earned() const {
  double sum = 0;
  for (const Grade& g : grades) sum += g.earned;
  return sum;
}

double Gradebook::points() const {
  double sum = 0;
  for (const Question& q : questions_) sum += q.terms.points;
  return sum;
}

// All that is to be said of a student's answers.
std::string Gradebook::remarks(const StudentGrades& student) const {
  std::string text = student.problem;
  for (std::size_t q = 0; q < student.grades.size(); ++q)
    if (const std::string said = words(student.grades[q], hints_); !said.empty())
      text += fmt::format("{}{}: {}", text.empty() ? "" : " | ", questions_[q].name, said);
  return text;
}

std::string Gradebook::table_text() const {
  std::vector<std::vector<std::string>> rows(1, {"student"});
  for (const Question& q : questions_) rows[0].push_back(q.name);
  rows[0].insert(rows[0].end(), {"points", ""});
  for (const StudentGrades& s : students_) {
    std::vector<std::string>& row = rows.emplace_back(1, printing(s.student));
    std::string note = printing(s.problem);
    for (std::size_t q = 0; q < questions_.size(); ++q) {
      const bool open = s.grades.empty() || s.grades[q].verdict == Grade::open;
      row.push_back(open ? "-" : rounded(s.grades[q].earned));
      if (!open && s.grades[q].verdict == Grade::untold)
        note += fmt::format("{}{}: {}", note.empty() ? "" : " | ", questions_[q].name, s.grades[q].remark);
    }
    row.insert(row.end(), {rounded(s.earned()), note});
  }
  return table(rows, "l" + std::string(questions_.size() + 1, 'r') + "l");
}

std::string Gradebook::csv() const {
  std::vector<std::string> cells{"student"};
  for (const Question& q : questions_) cells.push_back(text_cell(q.name));
  cells.insert(cells.end(), {"points", "of", "remarks"});
  std::string text = fmt::format("{}\r\n", fmt::join(cells, ","));
  for (const StudentGrades& s : students_) {
    cells = {text_cell(s.student)};
    for (std::size_t q = 0; q < questions_.size(); ++q)
      cells.push_back(s.grades.empty() ? "" : number(s.grades[q].earned));
    cells.insert(cells.end(), {number(s.earned()), number(points()), text_cell(remarks(s))});
    text += fmt::format("{}\r\n", fmt::join(cells, ","));
  }
  return text;
}

Json Gradebook::gradescope(const StudentGrades& student) const {
  Json tests = Json::array();
  for (std::size_t q = 0; q < questions_.size(); ++q) {
    const Grade grade = student.grades.empty() ? Grade{} : student.grades[q];
    const std::string said = words(grade, hints_);
    tests.push_back({{"name", questions_[q].name},
                     {"score", grade.earned},
                     {"max_score", questions_[q].terms.points},
                     {"status", grade.verdict == Grade::right ? "passed" : "failed"},
                     {"output", questions_[q].claim.text + (said.empty() ? "" : "\n" + printing(said))},
                     {"output_format", "text"}});
  }
  const std::string said = student.problem.empty()
                               ? points_text(student.earned(), points())
                               : "This file could not be judged: " + printing(student.problem);
  return {{"score", student.earned()}, {"output", said}, {"output_format", "text"}, {"tests", tests}};
}

Json Gradebook::event(const StudentGrades& student) const {
  Json grades = Json::array();
  for (std::size_t q = 0; q < student.grades.size(); ++q)
    grades.push_back(grade_json(questions_[q], student.grades[q], hints_));
  return {{"event", "student"}, {"student", printing(student.student)}, {"earned", student.earned()},
          {"points", points()}, {"problem", student.problem},           {"grades", grades}};
}

}  // namespace graph_runner::cli
