// Whether two sides agree, and whether that tells anything: rounding, measured. Private to the files
// claim_*.cpp.
#pragma once

#include "claims/claim_draw.hpp"

namespace graph_runner {

// The equations of a claim at a point, with their tolerances; nothing where a side is not finite or, at a
// point that is not ordinary, numbers leave the range in which rounding is relative. Costs three walks where
// the sides agree, some fifteen where they do not. `scale` is that of what was drawn.
std::vector<ClaimPoint> judge(ClaimSides& sides, GraphPoint& point, double scale, bool ordinary,
                              Stream& stream);

}  // namespace graph_runner
