// What a user sees of claims: each as written, whether it holds, and how it is wrong where it does not.
#pragma once

#include <string>
#include <vector>

#include "claims/claim_grades.hpp"
#include "tools/cli.hpp"

namespace graph_runner::cli {

struct ClaimTally {
  std::size_t held = 0, claims = 0;  // of check:
  std::size_t refuted = 0, to_refute = 0;
  std::size_t open = 0, errors = 0, unjudged = 0;
  double earned = 0, points = 0;  // of questions that were answered by another file
  bool ok() const { return held == claims && refuted == to_refute && open == 0; }  // so none is unjudged
  // What a tool ends with.
  Exit exit() const { return errors ? Exit::bad_request : ok() ? Exit::ok : Exit::refuted; }
};

struct ClaimDisplay {
  bool hints = true;   // otherwise only whether each holds: for exams
  bool quiet = false;  // what is as expected goes unsaid
};
// What claims of another file earn.
struct ClaimMarks {
  const std::vector<Question>& questions;
  const std::vector<Grade>& grades;  // one a question; of open ones, the claims are `= ?`
};
// What cannot be formed is reported as an error, too.
ClaimTally print_claims(const std::string& file, const std::vector<ClaimSpec>& claims,
                        const std::vector<ClaimResult>& results, const ClaimDisplay& display,
                        const Common& common, const ClaimMarks* marks = nullptr);

// "2 of 3 points"
std::string points_text(double earned, double points);
// A grade for programs.
Json grade_json(const Question& question, const Grade& grade, bool hints);

// One line a file, for several.
std::string tally_text(const ClaimTally& tally);

}  // namespace graph_runner::cli
