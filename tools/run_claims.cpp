// graph-runner FILE with `check:` or `refuted:`, or with --claims.
#include <tuple>
#include <vector>

#include "claims/claim_program.hpp"
#include "tools/claim_report.hpp"
#include "tools/run_task.hpp"

namespace graph_runner::cli {

// Proves or refutes claims.
int run_claims(RunJob& job) {
  const auto& [file, graph, options] = std::tie(job.file, job.graph, job.options);
  auto asked = job.claims;
  // What a student's file does not answer stays open.
  if (!options.claims.empty())
    for (const auto& question : unanswered(file.claims, job.claims, graph)) asked.push_back(question);
  const std::vector<ClaimSpec> claims = make_claims(asked, graph, file.rows, job.registry);
  const std::vector<ClaimResult> results = check_claims(graph, claims, job.seed);
  const ClaimTally tally = print_claims(file.path, claims, results,
                                        {.hints = !options.no_hints, .quiet = options.quiet}, options.common);
  job.tally = tally_text(tally);
  return static_cast<int>(tally.exit());
}

}  // namespace graph_runner::cli
