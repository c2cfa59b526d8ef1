// Sums over an index in nodes, where sizes have no numbers yet: sum(i, n, x[i]*y[i]) is sum(x .* y).
#pragma once

#include <optional>

#include "formulas/formula.hpp"

namespace graph_runner {

class Registry;

// The sum over i from 1 to a size, sum(i, n, …), in terms of whole vectors and matrices: what is a number for
// each i becomes a column, and for each i and j a matrix. What does not work entry by entry is written out,
// where the size is a number, in 500 terms and 10,000 parts at the most. Nothing where neither can be.
std::optional<Formula> without_index(const Formula& sum, const Registry& registry, const AxesOf& axes);

// Whether a formula is sum(i, n, …).
bool is_sum_over_index(const Formula& f);

}  // namespace graph_runner
