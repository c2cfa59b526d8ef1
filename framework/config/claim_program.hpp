// Claims as analysis checks them: at given sizes, a graph of its own that computes both sides.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "analysis/claims.hpp"
#include "config/claim_parser.hpp"

namespace graph_runner {

// `rows` are the values that lie: transposes of vectors. Keeps references to graph and registry. Throws Error
// (bad_request), located, with all that is wrong with the claims: unknown names, shapes that do not fit, a
// derivative by what a value does not depend on.
std::vector<ClaimSpec> make_claims(const std::vector<std::pair<Yaml, bool>>& claims, const Graph& graph,
                                   const std::set<std::string>& rows, Registry& registry);

}  // namespace graph_runner
