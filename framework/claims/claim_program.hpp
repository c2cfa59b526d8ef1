// Claims as analysis checks them: at given sizes, a graph of its own that computes both sides.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "claims/claim_parser.hpp"
#include "claims/claims.hpp"

namespace graph_runner {

// `rows` are the values that lie: transposes of vectors. Keeps references to graph and registry. One spec a
// claim: what cannot be formed (unknown names, shapes that do not fit, a derivative by what a value does not
// depend on, too much work) says so in its own, located.
std::vector<ClaimSpec> make_claims(const std::vector<std::pair<Yaml, bool>>& claims, const Graph& graph,
                                   const std::set<std::string>& rows, Registry& registry);

// The open questions that no answer answers: by a claim under `check:` with the same left side, whose right
// side does not name the derivative asked for. What cannot be read is no answer.
std::vector<std::pair<Yaml, bool>> unanswered(const std::vector<std::pair<Yaml, bool>>& questions,
                                              const std::vector<std::pair<Yaml, bool>>& answers,
                                              const Graph& graph);

}  // namespace graph_runner
