// Judges the claims of many papers about one graph, so that none can take the work that others need.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>

#include "claims/claim_grades.hpp"

namespace graph_runner {

struct SharedPoints;  // claim_sized.hpp

class Examiner {
 public:
  // Keeps references. Results are those of check_claims with this seed and stop, of claims tried everywhere.
  Examiner(const Graph& graph, const std::set<std::string>& rows, Registry& registry, std::uint64_t seed,
           Stop stop = {});
  ~Examiner();

  // From here on, claims together may take so many operations; what is more is an error of the claim.
  void allow(double operations);
  // What is claimed twice in the same words is judged once, and costs both papers the same. Throws Error
  // (run_failed) where a plugin fails.
  JudgedClaim judge(const Claim& claim);

 private:
  struct Known {
    JudgedClaim judged;
    double work;
  };
  JudgedClaim judge_anew(const Claim& claim);

  const Graph& graph_;
  const std::set<std::string>& rows_;
  Registry& registry_;
  std::uint64_t seed_;
  std::unique_ptr<SharedPoints> shared_;
  std::map<std::string, Known> known_;
};

}  // namespace graph_runner
