// Claims as they are checked: at given sizes, a graph of its own that computes both sides.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "claims/claim_parser.hpp"
#include "claims/claims.hpp"

namespace graph_runner {

// Forms a claim at sizes.
class ClaimPrograms {
 public:
  // `rows` are the values that lie: transposes of vectors. Keeps references to graph and registry.
  ClaimPrograms(Claim claim, const Graph& graph, const std::set<std::string>& rows, Registry& registry)
      : claim_(std::move(claim)), graph_(graph), rows_(rows), registry_(registry) {}

  const Claim& claim() const { return claim_; }
  // Throws Misfit or TooMuchWork at sizes at which the claim cannot be formed. Costs a graph that is built.
  ClaimProgram at(const SizeValues& sizes) const;

 private:
  Claim claim_;
  const Graph& graph_;
  std::set<std::string> rows_;
  Registry& registry_;
};

// Keeps references to graph and registry. One spec a claim: what cannot be formed (unknown names, shapes that
// do not fit, a derivative by what a value does not depend on, too much work) says so in its own, located.
std::vector<ClaimSpec> make_claims(const std::vector<ClaimText>& claims, const Graph& graph,
                                   const std::set<std::string>& rows, Registry& registry);

// The open questions that no answer answers: by a claim under `check:` with the same left side, whose right
// side does not name the derivative asked for. What cannot be read is no answer.
std::vector<ClaimText> unanswered(const std::vector<ClaimText>& questions,
                                  const std::vector<ClaimText>& answers, const Graph& graph);

}  // namespace graph_runner
