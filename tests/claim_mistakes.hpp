// Wrong claims, made by rule from right ones, and what may be said of each.
#pragma once

#include <string>
#include <vector>

namespace graph_runner::test {

struct Mistake {
  std::string rule;
  std::string graph;  // the file without its claims
  std::string claim;
  std::vector<std::string> true_words;  // each in a diagnosis that is true of the mistake
};

// A factor, a term, a transpose, an entry, an index …: every rule at every place of every claim.
std::vector<Mistake> make_mistakes();

}  // namespace graph_runner::test
