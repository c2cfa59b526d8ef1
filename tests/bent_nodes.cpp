// Node types with bends, ties and small entries (tests/mutants/bent.cpp): the right ones pass, the wrong ones
// are found, whatever the seed.
#include <cmath>
#include <filesystem>

#include "analysis/digits.hpp"
#include "analysis/graph_check.hpp"
#include "analysis/type_check.hpp"
#include "tests/support.hpp"

using namespace graph_runner;
using namespace graph_runner::test;

namespace {

// The node types of tests/mutants/bent.cpp, by these names.
struct BentTypes {
  TemporaryFolder folder;
  Registry registry;
  explicit BentTypes(const std::vector<std::string>& names) : registry(copy(names)) {}
  NodeCheck check(const std::string& name, std::uint64_t seed) {
    TypeCheckRequest request;
    request.seed = seed;
    return check_type(registry.get(name), registry, request);
  }

 private:
  std::vector<std::filesystem::path> copy(const std::vector<std::string>& names) const {
    for (const std::string& name : names)
      std::filesystem::copy_file(build_folder() / "mutants" / "bent.so", folder.path() / (name + ".so"));
    return {folder.path()};
  }
};

}  // namespace

TEST_CASE("what is wrong beyond a bend, between two, at a tie or in a small entry is found at every seed") {
  const std::vector<std::string> wrong{
      "WrongClamp",     "WrongBeyond0", "WrongBeyond6", "WrongBeyond40", "WrongBeyondMinus100",
      "WrongBeyond900", "WrongNotch",   "WrongJump",    "WrongSquare",   "WrongHuber",
      "WrongCapped",    "WrongSmall",   "WholeLarger",  "WholeLargest",  "HalfLayerNorm"};
  BentTypes types(wrong);
  for (const std::string& name : wrong)
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
      INFO(name, ", seed ", seed);
      CHECK_FALSE(types.check(name, 1000 * seed).ok());
    }
}

TEST_CASE("right node types with bends, and those that share a tie's gradient out, pass at every seed") {
  const std::vector<std::string> right{"RightClamp",  "RightSteeper", "RightNotch",  "RightJump",
                                       "RightSquare", "RightHuber",   "RightCapped", "RightSmall",
                                       "EvenLarger",  "FirstLarger",  "EvenLargest"};
  BentTypes types(right);
  for (const std::string& name : right)
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
      const NodeCheck check = types.check(name, 1000 * seed);
      INFO(name, ", seed ", seed, ": ", check.ok() ? "" : check.findings[0].message);
      // Where a tie is not shared out at all, no gradient reaches either: along (1, 1) that is wrong.
      CHECK(check.ok() == (name != "FirstLarger"));
    }
}

TEST_CASE("a gradient at a tie is judged along directions in which the function is smooth, and says so") {
  BentTypes types({"WholeLargest"});
  const NodeCheck check = types.check("WholeLargest", 1);
  REQUIRE(check.findings.size() == 1);
  CHECK(check.findings[0].check == "kink");
  CHECK(contains(check.findings[0].message, "at a kink of output 'y' the gradient is none: along ("));
  CHECK(contains(check.findings[0].message, "on both sides, but backward gives "));
}

TEST_CASE("half a layer normalization is never told that two gradients are swapped, or any other mistake") {
  BentTypes types({"HalfLayerNorm"});
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    const NodeCheck check = types.check("HalfLayerNorm", seed);
    INFO("seed ", seed);
    REQUIRE_FALSE(check.ok());
    for (const Finding& f : check.findings) CHECK(f.diagnosis == "");
  }
}

TEST_CASE("in a file, a mistake in a small entry beside large ones is found, in the node and in the graph") {
  BentTypes types({"WrongSmall", "RightSmall"});
  const TemporaryFolder folder;
  const auto check = [&](const std::string& type, const char* seed) {
    const std::string file =
        folder.write("g.yaml", "inputs: {x: [2]}\nnodes: {y: {type: " + type + ", in: x}}\n");
    return run_tool("grad-check", {file, "--plugins", types.folder.path().string(), "--seed", seed});
  };
  for (const char* seed : {"1", "2", "3", "4", "5"}) {
    const Outcome wrong = check("WrongSmall", seed);
    CHECK(wrong.code == 1);
    CHECK(contains(wrong.out, "node 'y' (WrongSmall): the gradient of port 'x' is wrong at [2]"));
    CHECK(contains(wrong.out, "graph: so the gradient of the objective is wrong by 'x'"));
    CHECK(check("RightSmall", seed).code == 0);
  }
}

TEST_CASE("in a file, the lines through each kind of node show what its values never reach") {
  BentTypes types({"WrongBeyond40", "RightSteeper"});
  const TemporaryFolder folder;
  for (const char* type : {"WrongBeyond40", "RightSteeper"}) {
    const std::string file = folder.write(
        "g.yaml", std::string("inputs: {x: [batch, 2]}\nnodes: {y: {type: ") + type + ", in: x}}\n");
    const Outcome o = run_tool("grad-check", {file, "--plugins", types.folder.path().string()});
    CHECK(o.code == (type == std::string("RightSteeper") ? 0 : 1));
  }
}

TEST_CASE(
    "what is not finite when it is fed to a node is no mistake of its gradient, and the report says so") {
  const Graph g = graph("inputs: {x: [2]}\nnodes: {y: {type: Exp, in: x}}");
  const Subject subject(g, g.nodes()[0], {});
  Stream stream(1, "test");
  NodeCheck report;
  check_node(subject, {{1, NAN}, {}}, stream, {}, report);
  CHECK(report.ok());
  CHECK(report.points == 0);
  REQUIRE(report.notes.size() == 1);
  CHECK(contains(report.notes[0], "node 'y' reads what is not finite, at port 'x'"));
}

TEST_CASE("two numbers that differ are shown with the digits that show it") {
  CHECK(digits_to_tell(1, 2) == 9);
  CHECK(digits_to_tell(1, 1) == 9);
  CHECK(digits_to_tell(1.19966, 1.19966 + 1e-12) == 13);
  CHECK(digits_to_tell(1, std::nextafter(1, 2)) == 17);
}
