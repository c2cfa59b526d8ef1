// graph-runner FILE with `check:` or `refuted:`, or with --claims.
#include <fmt/format.h>

#include <tuple>
#include <vector>

#include "claims/claim_examiner.hpp"
#include "claims/claim_program.hpp"
#include "tools/claim_report.hpp"
#include "tools/interruption.hpp"
#include "tools/run_task.hpp"

namespace graph_runner::cli {

namespace {

int print(RunJob& job, const std::vector<ClaimSpec>& claims, const std::vector<ClaimResult>& results,
          const ClaimMarks* marks) {
  const RunOptions& options = job.options;
  const ClaimDisplay display{.hints = !options.no_hints, .quiet = options.common.quiet};
  const ClaimTally tally = print_claims(job.file.path, claims, results, display, options.common, marks);
  job.tally = tally_text(tally);
  if (tally.unjudged)
    return say_interrupted(options.common,
                           fmt::format(": {} of {} claims not judged", tally.unjudged, claims.size()),
                           {{"not_judged", tally.unjudged}});
  return static_cast<int>(tally.exit());
}

// Where there was no time to grade what was judged.
int print_without_marks(RunJob& job, const std::vector<ClaimSpec>& claims,
                        const std::vector<ClaimResult>& results) {
  const int code = print(job, claims, results, nullptr);
  return code > 128 ? code : say_interrupted(job.options.common, ": the answers are not graded");
}

// The claims of another file, as answers to the questions of this one. What they leave open is open.
int run_answers(RunJob& job) {
  const auto& [file, graph] = std::tie(job.file, job.graph);
  const Questions questions(file.claims, graph, job.registry);
  const Paper paper = questions.read(job.claims);
  std::vector<ClaimSpec> claims =
      at_once([&] { return make_claims(job.claims, graph, file.rows, job.registry); });
  for (const Paper::Answers& answers : paper.answers)
    for (const std::size_t i : answers.claims) claims[i].everywhere = true;
  std::vector<ClaimResult> results = check_claims(graph, claims, job.seed, stop());
  Examiner examiner(graph, file.rows, job.registry, job.seed, stop());
  std::vector<Grade> grades = grade(questions, paper, [&](const Claim& claim) {
    for (std::size_t i = 0; i < results.size(); ++i)
      if (claims[i].text == claim.text) return JudgedClaim{claims[i], results[i]};
    return examiner.judge(claim);  // the beginning of a chain
  });
  if (interrupted()) return print_without_marks(job, claims, results);
  for (std::size_t q = 0; q < grades.size(); ++q) {
    if (job.unreadable) grades[q].remark = "the file of claims cannot be read";
    if (grades[q].verdict != Grade::open) continue;
    const Claim& open = questions.list()[q].claim;
    claims.push_back(make_claim(open, graph, file.rows, job.registry));
    results.emplace_back();
    results.back().verdict = ClaimResult::open;
    results.back().diagnosis = grades[q].remark;
  }
  const ClaimMarks marks{questions.list(), grades};
  const int code = print(job, claims, results, &marks);
  if (!job.unreadable) return code;
  report(*job.unreadable, job.options.common);
  return static_cast<int>(job.unreadable->exit());
}

}  // namespace

// Proves or refutes claims.
int run_claims(RunJob& job) {
  if (!job.options.claims.empty()) return run_answers(job);
  const std::vector<ClaimSpec> claims =
      at_once([&] { return make_claims(job.claims, job.graph, job.file.rows, job.registry); });
  return print(job, claims, check_claims(job.graph, claims, job.seed, stop()), nullptr);
}

}  // namespace graph_runner::cli
