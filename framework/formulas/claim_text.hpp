// A claim before it is read. Here, as its text is one of formulas, for those who read files and those who
// read claims.
#pragma once

#include "yaml/document.hpp"

namespace graph_runner {

// An entry of `check:`, which must hold, or of `refuted:`, which must not.
struct ClaimText {
  Yaml text;
  bool must_hold;
};

}  // namespace graph_runner
