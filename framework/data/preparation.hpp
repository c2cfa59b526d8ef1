// What is taken from training data and used on all: means, deviations, what fills missing cells, the
// characters of a text.
#pragma once

#include "data/column.hpp"

namespace graph_runner {

// Takes what the column asks for. Of the numbers x of an entry that are there, n of them,
//   mean = Σ x / n,   deviation = √(Σ (x - mean)² / n),
// by Welford's update of x less the first of them, so that an offset of all costs no digits, and a constant
// has deviation 0. O(numbers), one pass. Of a text, takes its characters. Throws Error (bad_request) where a
// number is not finite, or an entry has none.
// Source: Welford, "Note on a method for calculating corrected sums of squares and products",
// Technometrics 4 (1962).
Preparation take_preparation(const Column& column);

// The same of all columns, by input; those that fail are left out. The texts among them have one vocabulary:
// of characters that follow others, the first is not among these.
Preparations take_preparations(const std::vector<Column>& columns, Problems& problems);

// Has the column use it. An entry of deviation 0 is only centred. Throws Error (bad_request) where it is not
// what the column asks for; `split` names the column's data in messages.
void use_preparation(Column& column, const Preparation& preparation, const std::string& split);

}  // namespace graph_runner
