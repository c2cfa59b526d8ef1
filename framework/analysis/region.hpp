// What all demands on a tensor leave together: the range that an input declares, and the domains of every
// port that reads it. The strictest of all wins.
#pragma once

#include <limits>
#include <vector>

#include "core/domain.hpp"

namespace graph_runner {

struct Region {
  // Of each entry.
  double lower = -std::numeric_limits<double>::infinity(), upper = std::numeric_limits<double>::infinity();
  bool nonzero = false, whole = false;
  // Of the last axis, and of the matrices that the last two axes are.
  bool one_hot = false, distribution = false;
  bool symmetric = false, positive_definite = false, invertible = false;

  // Whether it speaks of each entry alone, real ones; and whether such an entry lies in it.
  bool by_entry() const {
    return !(whole || one_hot || distribution || symmetric || positive_definite || invertible);
  }
  bool holds(double x) const { return lower <= x && x <= upper && !(nonzero && x == 0); }
  bool is_bounded() const { return upper - lower < std::numeric_limits<double>::infinity(); }
};

// Throws Error (bad_request), naming two demands and where each stands, where a tensor of this shape cannot
// meet all of them.
Region intersect(const std::vector<Domain>& domains, const Shape& shape);

}  // namespace graph_runner
