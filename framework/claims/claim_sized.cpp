#include "claims/claim_sized.hpp"

#include <fmt/format.h>

#include "claims/claim_program.hpp"
#include "claims/claim_sizes.hpp"

namespace graph_runner {

const ClaimProgram& SizedClaims::program_at(const SizeValues& sizes) {
  const auto found = programs_.find(sizes);
  return found != programs_.end() ? found->second
                                  : programs_.emplace(sizes, claim_.programs->at(sizes)).first->second;
}

double SizedClaims::cost_at(const SizeValues& sizes) {
  const ClaimProgram& program = program_at(sizes);
  return program.graph ? cost_of_point(graph_, program, sizes) : 0;
}

SizedClaim* SizedClaims::at(const SizeValues& sizes) {
  constexpr double unbearable_cost = 3e9;  // operations a point
  if (const auto found = sized_.find(sizes); found != sized_.end()) return found->second.get();
  const ClaimProgram& program = program_at(sizes);
  if (!program.out_of_range.empty()) return (sized_[sizes] = nullptr).get();
  std::unique_ptr<GraphPoint>& point = shared_.points[sizes];
  if (!point) point = std::make_unique<GraphPoint>(graph_, sizes);
  const double cost = cost_of_point(graph_, program, sizes);
  if (cost > unbearable_cost)
    throw Error(Exit::bad_request, claim_.place,
                fmt::format("the claim would take {:.0e} operations at a point; {:.0e} are the most", cost,
                            unbearable_cost));
  return (sized_[sizes] = std::make_unique<SizedClaim>(graph_, claim_, *point, program, cost)).get();
}

}  // namespace graph_runner
