#include "claims/claim_sized.hpp"

#include <fmt/format.h>

#include "claims/claim_program.hpp"
#include "claims/claim_sizes.hpp"

namespace graph_runner {

const SizedClaims::Formed& SizedClaims::formed_at(const SizeValues& sizes) {
  if (const auto found = formed_.find(sizes); found != formed_.end()) return found->second;
  const std::int64_t before = claim_.programs->parts();
  ClaimProgram program = claim_.programs->at(sizes);
  shared_.spend(work_of_a_part * double(claim_.programs->parts() - before));
  const double cost = program.graph ? cost_of_point(graph_, program, sizes) : 0;
  return formed_.emplace(sizes, Formed{std::move(program), cost}).first->second;
}

SizedClaim* SizedClaims::at(const SizeValues& sizes) {
  constexpr double unbearable_cost = 3e9;  // operations a point
  if (const auto found = sized_.find(sizes); found != sized_.end()) return found->second.get();
  const auto& [program, cost] = formed_at(sizes);
  if (!program.out_of_range.empty()) return nullptr;
  std::unique_ptr<GraphPoint>& point = shared_.points[sizes];
  if (!point) point = std::make_unique<GraphPoint>(graph_, sizes);
  if (cost > unbearable_cost)
    throw Error(Exit::bad_request, claim_.place,
                fmt::format("the claim would take {:.0e} operations at a point; {:.0e} are the most", cost,
                            unbearable_cost));
  return (sized_[sizes] = std::make_unique<SizedClaim>(graph_, claim_, *point, program, cost)).get();
}

}  // namespace graph_runner
