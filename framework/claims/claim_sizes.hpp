// At which sizes a claim is tried. Private to the files claim_*.cpp.
#pragma once

#include <string>
#include <vector>

#include "claims/claim_sized.hpp"
#include "core/streams.hpp"

namespace graph_runner {

struct SizesToTry {
  SizeValues sizes;
  // A claim about the second entry says nothing of sizes of 1, and one about two axes may say nothing where
  // they agree: what cannot be formed there is passed over.
  bool may_be_passed_over = false;
};

// Unequal sizes from `first` on, the claim's own axes first, in a random order and in the opposite one; all
// 1; and all equal. At least as large as the entries that the claim names, larger than those in one of the
// first two; what `at` fixes stays. Each choice once.
std::vector<SizesToTry> sizes_to_try(const Graph& graph, const ClaimSpec& claim, std::int64_t first,
                                     Stream& stream);

// The same from 4 on; or from 2 on, where a point would cost too much or the claim could not be formed at
// larger sizes, which is added to `not_tried`.
std::vector<SizesToTry> bearable_sizes(const Graph& graph, const ClaimSpec& claim, SizedClaims& sized,
                                       Stream& stream, std::vector<std::string>& not_tried);

// More choices in which all sizes that the claim leaves open are equal.
std::vector<SizesToTry> equal_sizes(const Graph& graph, const ClaimSpec& claim);

// The operations that a point of the claim costs at some sizes, roughly.
double cost_of_point(const Graph& graph, const ClaimProgram& program, const SizeValues& sizes);

// "m = 4, n = 5"
std::string to_string(const SizeValues& sizes);

}  // namespace graph_runner
