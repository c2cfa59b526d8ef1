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
  ClaimPrograms(Claim claim, const Graph& graph, const std::set<std::string>& rows, Registry& registry,
                std::int64_t most_parts)
      : claim_(std::move(claim)), graph_(graph), rows_(rows), registry_(registry), most_parts_(most_parts) {}

  const Claim& claim() const { return claim_; }
  // Throws Misfit or TooMuchWork at sizes at which the claim cannot be formed. Costs a graph that is built.
  ClaimProgram at(const SizeValues& sizes) const;
  // How many parts it was written out into so far, at all sizes.
  std::int64_t parts() const { return parts_; }

 private:
  Claim claim_;
  const Graph& graph_;
  std::set<std::string> rows_;
  Registry& registry_;
  std::int64_t most_parts_;
  mutable std::int64_t parts_ = 0;
};

// The most parts that a claim may have once its sums and indices are written out.
inline constexpr std::int64_t most_parts_of_claim = 200000;

// Keeps references to graph and registry. What cannot be formed says so in the spec.
ClaimSpec make_claim(Claim claim, const Graph& graph, const std::set<std::string>& rows, Registry& registry,
                     std::int64_t most_parts = most_parts_of_claim);

// The same of claims as text, one spec a claim: what cannot be formed (unknown names, shapes that
// do not fit, a derivative by what a value does not depend on, too much work) says so in its own, located.
std::vector<ClaimSpec> make_claims(const std::vector<ClaimText>& claims, const Graph& graph,
                                   const std::set<std::string>& rows, Registry& registry);

}  // namespace graph_runner
