// What is said of a wrong claim is true: the diagnosis of a mistake that was made by rule names it, or
// something else that is true of it, or nothing.
#include <algorithm>
#include <map>

#include "claims/claim_program.hpp"
#include "claims/claims.hpp"
#include "tests/claim_mistakes.hpp"
#include "tests/support.hpp"

using namespace graph_runner;
using namespace graph_runner::test;

namespace {

enum class Said { right, nothing, another, not_refuted };

Said said(const Mistake& m, std::uint64_t seed, std::string& diagnosis) {
  std::string quoted;
  for (const char c : m.claim) quoted += c == '\'' ? "''" : std::string(1, c);
  const GraphFile file = read_graph_text(m.graph + "check: ['" + quoted + "']\n", "mistake.yaml", registry());
  const Graph graph = build_graph(file, registry());
  const ClaimResult r =
      check_claims(graph, make_claims(file.claims, graph, file.rows, registry()), seed).at(0);
  diagnosis = r.diagnosis;
  if (r.verdict != ClaimResult::refuted && r.verdict != ClaimResult::error) return Said::not_refuted;
  const auto told = [&](const std::string& word) { return contains(diagnosis, word); };
  // Who proposes eye means it, and no generated name or number that is none is shown.
  const bool astray =
      told("nan") || told("_") ||
      (told("did you mean") && std::count(m.true_words.begin(), m.true_words.end(), "eye(") == 0);
  if (!astray && std::any_of(m.true_words.begin(), m.true_words.end(), told)) return Said::right;
  return diagnosis.empty() ? Said::nothing : Said::another;
}

void judge(std::size_t part, std::size_t parts) {
  const std::uint64_t seeds = GRAPH_RUNNER_SLOWNESS > 1 ? 1 : 5;
  const std::vector<Mistake> all = make_mistakes();
  std::map<Said, int> count;
  for (std::size_t i = part; i < all.size(); i += parts)
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
      std::string diagnosis;
      const Said what = said(all[i], seed, diagnosis);
      ++count[what];
      CHECK_MESSAGE(what != Said::not_refuted, all[i].rule, ": ", all[i].claim, " at seed ", seed);
      CHECK_MESSAGE(what != Said::another, all[i].rule, ": ", all[i].claim, " at seed ", seed, ": ",
                    diagnosis);
      if (what == Said::nothing && seed == 1) MESSAGE("not named: ", all[i].rule, ": ", all[i].claim);
    }
  const int total = count[Said::right] + count[Said::nothing] + count[Said::another];
  MESSAGE(count[Said::right], " of ", total, " mistakes named, ", count[Said::another], " named wrongly");
  CHECK(count[Said::right] >= 0.85 * total);
}

}  // namespace

TEST_CASE("no diagnosis names another mistake than was made, and 85 in 100 name it, first part") {
  judge(0, 2);
}
TEST_CASE("no diagnosis names another mistake than was made, and 85 in 100 name it, second part") {
  judge(1, 2);
}

TEST_CASE("at least 200 mistakes are made by rule") { CHECK(make_mistakes().size() >= 200); }
