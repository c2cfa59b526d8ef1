// Checks the backward of one node: by exact derivatives from forward on duals, by differences, and against
// the plugin contract.
#pragma once

#include <cstdint>
#include <vector>

#include "analysis/draw.hpp"
#include "analysis/findings.hpp"
#include "analysis/probe.hpp"
#include "analysis/trial.hpp"

namespace graph_runner {

struct CheckOptions {
  std::int64_t numeric_entries = 16;  // of each gradient, drawn by chance where there are more
  // Which checks run. Without the exact one, differences stand alone, as for plugins without duals.
  bool exact = true, numeric = true, contract = true;
  bool single = true;    // whether float is compared with double, as a part of the contract
  bool lines = false;    // whether it goes along lines too (analysis/line_check.hpp)
  int fresh_points = 2;  // at which an explanation is tried, beside the one where a gradient is wrong
};

// Checks the node at a point, which holds the entries of each input and parameter (empty elsewhere), with
// random directions and cotangents from the stream, and adds what it finds to the report. Exact: for a random
// direction u of each port, ⟨v, J u⟩ must equal ⟨Jᵀ v, u⟩ to 1e-12 of the sum of the absolute terms; where it
// does not, the entries decide, one by one, and those at a kink are counted, not failed. Throws Error
// (run_failed) where the plugin fails. Costs some twenty calls of the node, and three for each numeric entry.
void check_node(const Subject& subject, const std::vector<Entries>& point, Stream& stream,
                const CheckOptions& options, NodeCheck& report);

}  // namespace graph_runner
