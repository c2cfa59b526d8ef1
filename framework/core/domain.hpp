// Where the entries of an input or parameter must lie, as declared by the input itself and by the ports that
// it feeds.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/graph.hpp"

namespace graph_runner {

struct Domain {
  gr_domain kind = GR_REALS;
  double lower = 0, upper = 0;
  std::string because;     // "port 'target' of node 'loss' takes a distribution"
  Place place = {};        // of who says so
  bool symmetric = false;  // the last two axes are a symmetric matrix

  // What is wrong with these entries (rows of `last_axis` for domains that speak of rows), or "". Of
  // matrices, whether they are symmetric is looked at, where they must be.
  std::string outside(std::span<const double> entries, std::size_t last_axis) const;
};

// "a distribution along the last axis", for descriptions; "" for all reals.
std::string describe_domain(gr_domain kind, double lower, double upper, const std::string& axis);

// All domains of an input or parameter that are not the reals. `sizes` gives the named sizes; the upper bound
// of an index is infinite where the size of its axis is not known.
std::vector<Domain> domains_of(const Graph& graph, ValueId v, const SizeValues& sizes = {});

}  // namespace graph_runner
