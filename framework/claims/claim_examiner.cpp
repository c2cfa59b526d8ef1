#include "claims/claim_examiner.hpp"

#include "claims/claim_program.hpp"
#include "claims/claim_sized.hpp"

namespace graph_runner {

Examiner::Examiner(const Graph& graph, const std::set<std::string>& rows, Registry& registry,
                   std::uint64_t seed, Stop stop)
    : graph_(graph), rows_(rows), registry_(registry), seed_(seed), shared_(new SharedPoints) {
  shared_->stop = stop;
}
Examiner::~Examiner() = default;

void Examiner::allow(double operations) {
  constexpr std::size_t most_points = 64;  // that stay compiled
  if (shared_->points.size() > most_points) shared_->points.clear();
  shared_->work = operations;
}

JudgedClaim Examiner::judge(const Claim& claim) {
  const auto known = known_.find(claim.text);
  if (known != known_.end() && known->second.work <= shared_->work) {
    shared_->work -= known->second.work;
    return known->second.judged;
  }
  const double before = shared_->work;
  JudgedClaim judged = judge_anew(claim);
  if (shared_->work >= 0 && judged.result.verdict != ClaimResult::unjudged)
    known_.insert_or_assign(claim.text, Known{judged, before - shared_->work});
  return judged;
}

JudgedClaim Examiner::judge_anew(const Claim& claim) {
  constexpr std::int64_t most_parts = 20000;  // as for an exercise of a page
  JudgedClaim judged{make_claim(claim, graph_, rows_, registry_, most_parts), {}};
  ClaimSpec& spec = judged.spec;
  spec.everywhere = true;
  if (spec.programs) shared_->work -= work_of_a_part * double(spec.programs->parts());
  judged.result = check_claim(graph_, spec, seed_, *shared_);
  return judged;
}

}  // namespace graph_runner
