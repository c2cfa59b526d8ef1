// A claim before it is read. Here, as its text is one of formulas, for those who read files and those who
// read claims.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "yaml/document.hpp"

namespace graph_runner {

// What an open question is called and worth, and what an answer to it may say.
struct QuestionTerms {
  std::string name;          // or ""
  double points = 1;         // for all of it
  bool derivatives = false;  // whether an answer may contain derivatives
  std::vector<Yaml> forbid;  // functions that it may not use,
  std::vector<Yaml> hide;    // and values that it may not name
};

// An entry of `check:`, which must hold, or of `refuted:`, which must not.
struct ClaimText {
  Yaml text;
  bool must_hold;
  std::optional<QuestionTerms> terms = {};  // of one written as a map with `question:`
};

}  // namespace graph_runner
