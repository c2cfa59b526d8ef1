// The table of tests/claims: what stands under `check:` is true, what stands under `refuted:` is false, each
// by a closed form; and the prover must say so at every seed. Two files are apart: what kinks.yaml claims is
// not differentiable, and what untellable.yaml claims is beyond double precision.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "claims/claim_program.hpp"
#include "claims/claims.hpp"
#include "tests/support.hpp"

using namespace graph_runner;
using namespace graph_runner::test;

namespace {

const std::uint64_t seeds = GRAPH_RUNNER_SLOWNESS > 1 ? 2 : 50;
constexpr std::size_t parts = 4;  // test cases, to run side by side

std::vector<std::filesystem::path> table() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(source_folder() / "tests" / "claims"))
    if (entry.path().extension() == ".yaml") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

std::string said(const ClaimResult& r) {
  static constexpr const char* verdicts[] = {"holds", "refuted", "open", "untold", "kinked", "error"};
  return r.verdict == ClaimResult::error ? "error: " + r.diagnosis : verdicts[r.verdict];
}

bool rightly(const std::string& file, bool expected, const std::string& said) {
  if (file == "kinks.yaml") return said == "kinked";
  if (file == "untellable.yaml" && said == "untold") return true;
  return said == (expected ? "holds" : "refuted");
}

void judge(std::size_t part) {
  const auto files = table();
  for (std::size_t i = part; i < files.size(); i += parts) {
    const std::string name = files[i].filename().string();
    const GraphFile file = read_graph_file(files[i].string(), registry());
    const Graph graph = build_graph(file, registry());
    const std::vector<ClaimSpec> claims = make_claims(file.claims, graph, file.rows, registry());
    std::vector<std::uint64_t> misjudged(claims.size());
    std::vector<std::string> first(claims.size());
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
      const std::vector<ClaimResult> results = check_claims(graph, claims, seed);
      for (std::size_t k = 0; k < claims.size(); ++k)
        if (const std::string verdict = said(results[k]); !rightly(name, claims[k].must_hold, verdict))
          if (++misjudged[k] == 1) first[k] = fmt::format("at seed {}: {}", seed, verdict);
    }
    for (std::size_t k = 0; k < claims.size(); ++k)
      CHECK_MESSAGE(misjudged[k] == 0, name, ": ", claims[k].text, ": misjudged at ", misjudged[k], " of ",
                    seeds, " seeds, first ", first[k]);
  }
}

}  // namespace

TEST_CASE("the table of claims is judged rightly at every seed, first part") { judge(0); }
TEST_CASE("the table of claims is judged rightly at every seed, second part") { judge(1); }
TEST_CASE("the table of claims is judged rightly at every seed, third part") { judge(2); }
TEST_CASE("the table of claims is judged rightly at every seed, fourth part") { judge(3); }

TEST_CASE("the table holds 150 true claims and 150 false ones that can be told, and at most 15 that cannot") {
  std::size_t truths = 0, falsehoods = 0, untellable = 0;
  for (const auto& path : table()) {
    if (path.filename() == "kinks.yaml") continue;
    for (const auto& claim : read_graph_file(path.string(), registry()).claims)
      ++(path.filename() == "untellable.yaml" ? untellable : claim.must_hold ? truths : falsehoods);
  }
  MESSAGE(truths, " true, ", falsehoods, " false, ", untellable, " beyond double precision");
  CHECK(truths >= 150);
  CHECK(falsehoods >= 150);
  CHECK(untellable <= 15);
}
