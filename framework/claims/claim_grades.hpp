// What answers to the questions of an exercise earn.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "claims/claim_questions.hpp"
#include "claims/claims.hpp"

namespace graph_runner {

struct JudgedClaim {
  ClaimSpec spec;
  ClaimResult result;
};
using ClaimJudge = std::function<JudgedClaim(const Claim&)>;

// Of a question: all of its points for an answer that holds. A chain that does not earns by steps: as much of
// the points as of its equations hold before the first that does not, those that end in a derivative which is
// not allowed left out. Of several answers the least counts, so that nothing is won by guessing.
struct Grade {
  enum Verdict { open, right, steps, wrong, untold } verdict = open;
  double earned = 0;
  std::vector<std::size_t> answers;  // the claims that answer it, by number
  std::string remark, hint;          // why it earned less than all, and how an answer is wrong; or ""
};

// One grade a question. Each answer is judged once, and of a chain that fails the beginnings that a search by
// halves asks for.
std::vector<Grade> grade(const Questions& questions, const Paper& paper, const ClaimJudge& judge);

}  // namespace graph_runner
