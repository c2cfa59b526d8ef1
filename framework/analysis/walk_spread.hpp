// What rounding may make of a derivative of a whole graph: as much as walks show in which every call errs a
// little (analysis/rounding.hpp).
#pragma once

#include <functional>
#include <map>
#include <vector>

#include "analysis/evaluation.hpp"
#include "analysis/trial.hpp"

namespace graph_runner {

// ⟨v, J u⟩ for the direction u along which the duals were walked forward.
Derivative derivative_along(const Evaluation& walked, const std::map<ValueId, Entries>& cotangent);

// What is walked.
struct WalkSpread {
  const Graph& graph;
  const SizeValues& sizes;
  const std::vector<ValueId>& seeds;
  const std::map<ValueId, Entries>& cotangent;  // of the seeds
  std::function<void(Evaluation&)> load;        // sets the point, and how it is walked
};

// How far the gradient by the entry i of x, which is `backward`, and its exact derivative may be apart by
// rounding. Costs two plans that keep all values, and some walks of each.
double spread_of_walks(const WalkSpread& what, ValueId x, std::size_t i, double backward, double exact,
                       Stream& stream);

}  // namespace graph_runner
