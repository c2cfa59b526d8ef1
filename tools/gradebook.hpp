// What students have earned, as a table, as CSV and as Gradescope wants it.
#pragma once

#include <string>
#include <vector>

#include "claims/claim_grades.hpp"
#include "tools/cli.hpp"

namespace graph_runner::cli {

struct StudentGrades {
  std::string student;
  std::vector<Grade> grades;  // one a question; none where there is a problem
  std::string problem;        // why the file could not be judged, or ""

  double earned() const;
};

class Gradebook {
 public:
  // With `hints`, grades say how answers are wrong. Keeps a reference.
  Gradebook(const std::vector<Question>& questions, bool hints) : questions_(questions), hints_(hints) {}

  void add(StudentGrades student) { students_.push_back(std::move(student)); }
  const std::vector<StudentGrades>& students() const { return students_; }
  double points() const;  // of all questions

  // A row a student, a column a question.
  std::string table_text() const;
  // RFC 4180: cells of text that a spreadsheet would take for a formula begin with an apostrophe.
  std::string csv() const;
  // The results.json of an autograder (gradescope-autograders.readthedocs.io/en/latest/specs).
  Json gradescope(const StudentGrades& student) const;
  // An event for programs.
  Json event(const StudentGrades& student) const;

 private:
  std::string remarks(const StudentGrades& student) const;

  const std::vector<Question>& questions_;
  bool hints_;
  std::vector<StudentGrades> students_;
};

}  // namespace graph_runner::cli
