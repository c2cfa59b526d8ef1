// graph-inspect --new: a folder to start from, whole or not at all. That it builds and trains,
// tests/install.cpp shows.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/support.hpp"

using namespace graph_runner;
using namespace graph_runner::test;

namespace fs = std::filesystem;

namespace {

std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) names.push_back(entry.path().filename());
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

TEST_CASE("--new writes the node, its build and a network under the name that it is given") {
  const TemporaryFolder folder;
  const Outcome o = run_tool("graph-inspect", {"--new", "Mish", "--json"}, folder.path());
  REQUIRE(o.code == 0);
  const auto event = nlohmann::json::parse(o.out);
  CHECK(event["files"] == nlohmann::json{"Mish.cpp", "CMakeLists.txt", "mish.yaml"});
  CHECK(event["commands"].size() == 4);
  CHECK(names_in(folder.path()) == std::vector<std::string>{"Mish"});
  CHECK(names_in(folder.path() / "Mish") ==
        std::vector<std::string>{"CMakeLists.txt", "Mish.cpp", "mish.yaml"});
  for (const auto& name : names_in(folder.path() / "Mish"))
    CHECK_FALSE(contains(read_file(folder.path() / "Mish" / name), "Swish"));
  CHECK(contains(read_file(folder.path() / "Mish/Mish.cpp"), "GRAPH_RUNNER_NODE(Mish)"));
  CHECK(fs::status(folder.path() / "Mish").permissions() == fs::perms(0755));
}

TEST_CASE("the network that --new writes trains from any seed") {
  const std::string file = (source_folder() / "tools/new_node/swish.yaml").string();
  for (int seed = 1; seed <= 10; ++seed) {
    const Outcome o = run_tool(
        "graph-runner", {file, "--quiet", "--seed", std::to_string(seed), "--plugins", test_plugins()});
    INFO("seed ", seed, ": ", o.out, o.err);
    CHECK(o.code == 0);
  }
}

TEST_CASE(
    "--new refuses names that no plugin can have, that C++ or CMake reads otherwise, and that a type has") {
  const TemporaryFolder folder;
  struct Case {
    std::string name, reason;
  };
  for (const Case& c : {Case{"", "is not a name of a node type"},
                        {"../Swish", "is not a name of a node type"},
                        {"9", "is not a name of a node type"},
                        {"a-b", "is not a name of a node type"},
                        {"class", "means something else"},
                        {"Flat", "means something else"},
                        {"test", "means something else"},
                        {"Linear", "there is a node type 'Linear' already"},
                        {"Relu", "there is a node type 'ReLU' already, and formulas ignore case"}}) {
    INFO(c.name);
    const Outcome o = run_tool("graph-inspect", {"--new", c.name}, folder.path());
    CHECK(o.code == 2);
    CHECK(contains(o.err, "--new '" + c.name + "': "));
    CHECK(contains(o.err, c.reason));
  }
  CHECK(names_in(folder.path()).empty());
}

TEST_CASE("--new never touches what exists, and leaves nothing half written") {
  const TemporaryFolder folder;
  folder.write("Swish/mine.txt", "mine");
  Outcome o = run_tool("graph-inspect", {"--new", "Swish"}, folder.path());
  CHECK(o.code == 4);
  CHECK(contains(o.err, "--new 'Swish': the folder exists already and is left as it is"));
  CHECK(names_in(folder.path() / "Swish") == std::vector<std::string>{"mine.txt"});
  fs::create_symlink("nowhere", folder.path() / "Link");
  CHECK(run_tool("graph-inspect", {"--new", "Link"}, folder.path()).code == 4);
  CHECK(run_tool("graph-inspect", {"--new", "Swish"}, "/proc").code == 4);
  // No file may grow: as on a full disk.
  const std::string tool = (build_folder() / "graph-inspect").string();
  o = run_tool("/bin/sh",
               {"-c", "(trap '' XFSZ; ulimit -f 0; '" + tool + "' --new Mish; echo code $?) 2>&1 | cat"},
               folder.path());
  CHECK(contains(o.out, "cannot be written"));
  CHECK(contains(o.out, "code 4"));
  CHECK(names_in(folder.path()) == std::vector<std::string>{"Link", "Swish"});
}
