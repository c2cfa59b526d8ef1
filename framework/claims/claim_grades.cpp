#include "claims/claim_grades.hpp"

#include <fmt/format.h>

#include <tuple>

namespace graph_runner {

namespace {

constexpr std::size_t most_answers = 8;  // to a question

class Grader {
 public:
  Grader(const Questions& questions, const ClaimJudge& judge) : questions_(questions), judge_(judge) {}

  Grade grade(const Question& question, const Paper& paper, const Paper::Answers& answers) const {
    Grade least;
    if (answers.claims.empty()) {
      least.remark = answers.why_none;
      return least;
    }
    if (answers.claims.size() > most_answers) {
      least.verdict = Grade::wrong;
      least.remark = fmt::format("{} claims answer it; {} are the most", answers.claims.size(), most_answers);
    } else {
      least = answer(question, *paper.claims[answers.claims[0]]);
      for (std::size_t i = 1; i < answers.claims.size(); ++i)
        if (Grade next = answer(question, *paper.claims[answers.claims[i]]); next.earned < least.earned)
          least = std::move(next);
    }
    if (least.verdict != Grade::open) least.answers = answers.claims;
    return least;
  }

 private:
  Grade answer(const Question& question, const Claim& claim) const {
    Grade grade;
    const JudgedClaim judged = judge_(claim);
    const std::string line = fmt::format("line {}", claim.place.line);
    if (const std::string used = questions_.forbidden(question, judged.spec); !used.empty()) {
      grade.remark = fmt::format("{} is no answer: it comes to '{}', which the question forbids", line, used);
      return grade;
    }
    switch (judged.result.verdict) {
      case ClaimResult::holds:
        grade.verdict = Grade::right;
        grade.earned = question.terms.points;
        return grade;
      case ClaimResult::refuted:
        grade.verdict = Grade::wrong;
        grade.remark = line + " is refuted";
        break;
      case ClaimResult::error:
        grade.verdict = Grade::wrong;
        grade.remark = fmt::format("{} is in error: {}", line, judged.result.diagnosis);
        break;
      default:
        grade.verdict = Grade::untold;
        grade.remark = fmt::format("{} can be neither proved nor refuted: look at it yourself", line);
    }
    if (judged.result.verdict != ClaimResult::error) {
      const auto& [where, diagnosis] = std::tie(judged.result.where, judged.result.diagnosis);
      grade.hint = where + (where.empty() || diagnosis.empty() ? "" : "; ") + diagnosis;
    }
    add_steps(question, claim, line, grade);
    return grade;
  }

  // A chain's equations count that may end an answer; those hold whose beginnings do.
  void add_steps(const Question& question, const Claim& claim, const std::string& line, Grade& grade) const {
    const std::size_t all = claim.sides.size() - 1;
    if (all < 2) return;
    std::size_t held = 0, beyond = all;
    while (beyond - held > 1) {
      const std::size_t middle = held + (beyond - held) / 2;
      Claim beginning = claim;
      beginning.sides.resize(middle + 1);
      beginning.text = fmt::format("{} (equations 1 to {})", claim.text, middle);
      (judge_(beginning).result.verdict == ClaimResult::holds ? held : beyond) = middle;
    }
    const auto count = [&](std::size_t equations) {
      std::size_t n = 0;
      for (std::size_t k = 1; k <= equations; ++k) n += Questions::may_end(question, claim.sides[k]);
      return n;
    };
    const std::size_t earning = count(held), of = count(all);
    if (earning == 0) return;
    grade.verdict = Grade::steps;
    grade.earned = question.terms.points * static_cast<double>(earning) / static_cast<double>(of);
    grade.remark = fmt::format("{}, of {} steps, holds for {}", line, of, earning);
  }

  const Questions& questions_;
  const ClaimJudge& judge_;
};

}  // namespace

std::vector<Grade> grade(const Questions& questions, const Paper& paper, const ClaimJudge& judge) {
  std::vector<Grade> grades;
  const Grader grader(questions, judge);
  for (std::size_t q = 0; q < questions.list().size(); ++q)
    grades.push_back(grader.grade(questions.list()[q], paper, paper.answers[q]));
  return grades;
}

}  // namespace graph_runner
