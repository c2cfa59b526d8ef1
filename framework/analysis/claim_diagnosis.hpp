// How a refuted claim is wrong: hypotheses that must fit at every point at which it was tried.
#pragma once

#include <string>
#include <vector>

#include "analysis/claims.hpp"

namespace graph_runner {

// The numbers of one link of a claim (left = right) at one point.
struct ClaimPoint {
  SizeValues sizes;
  std::string out_of_range;
  Shape left_shape, right_shape;
  bool left_row = false, right_row = false;
  std::vector<double> left, right, tolerance;
  struct Term {
    std::string text;
    double sign;
    std::vector<double> entries;
  };
  std::vector<Term> terms, others;

  bool same_shape() const { return left_shape == right_shape && left_row == right_row; }
  // Whether the two sides agree at this point.
  bool agrees() const;
  // An entry where they differ most, relative to its tolerance.
  std::size_t worst() const;
};

// "" where no hypothesis fits.
std::string diagnose_claim(const std::vector<ClaimPoint>& points);

}  // namespace graph_runner
