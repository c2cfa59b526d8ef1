// Points at which a claim is tried. Private to the files claim_*.cpp.
#pragma once

#include <map>
#include <set>
#include <vector>

#include "analysis/draw.hpp"
#include "analysis/region.hpp"
#include "claims/claim_point.hpp"

namespace graph_runner {

using PointEntries = std::map<ValueId, Entries>;

// Draws the inputs and parameters on which a claim depends, in the domains that they and their readers
// demand, be these in the graph or in the claim.
class ClaimDraw {
 public:
  // Throws Error (bad_request) where no value meets all demands on it.
  ClaimDraw(const Graph& graph, const ClaimSpec& claim, const ClaimProgram& program, const GraphPoint& point);

  PointEntries draw(Stream& stream, EntryDraw how = EntryDraw::smooth, double scale = 1) const;
  // Whether the sides depend on anything that is drawn: all else is given by the claim or the graph.
  bool varies() const { return varies_; }
  // Whether the sides depend on an input or parameter.
  bool is_own(ValueId v) const { return own_.count(v) > 0; }
  // A direction in which all that the sides depend on may move on a line; 0 for what lies in a domain of
  // whole rows or matrices, or is a whole number. With `far`, that alone moves which nothing bounds.
  PointEntries direction(Stream& stream, bool far) const;
  bool allows(const PointEntries& point) const;
  // How far a line stays in the domains: from `first` to `second`, infinite where nothing bounds it.
  std::pair<double, double> reach(const PointEntries& through, const PointEntries& along) const;
  // The scale of a point: the smallest of the inputs' and parameters' largest entries; where the claim
  // depends on none, the smallest constant.
  double scale_of(const PointEntries& point) const;

 private:
  struct Leaf {
    ValueId value;
    std::vector<Domain> domains;
    Region region;
    Shape shape;
  };
  std::vector<Leaf> free_;
  PointEntries fixed_;
  std::set<ValueId> own_;  // those that the sides depend on; what else is drawn may be missing there
  bool varies_ = false;
  double least_constant_ = 1;
};

}  // namespace graph_runner
