// What the documents show is true: their graph files run, their commands print what they say.
#include <cstdlib>
#include <sstream>

#include "tests/markdown.hpp"
#include "tests/support.hpp"

using namespace graph_runner;
using namespace graph_runner::test;

TEST_CASE("every graph file in the format's reference runs") {
  int count = 0;
  for (const Block& b : blocks(source_folder() / "graphs" / "README.md")) {
    if (b.language != "yaml") continue;
    INFO("graphs/README.md, line ", b.line);
    const TemporaryFolder folder;
    const std::string file = folder.write("example.yaml", b.text);
    const bool runs =
        contains(b.text, "data:") || contains(b.text, "train:") || contains(b.text, "critical:");
    const Outcome o = runs ? run_tool("graph-runner", {file}) : run_tool("graph-inspect", {file});
    INFO(o.out, o.err);
    CHECK(o.code == 0);
    CHECK(o.err.empty());
    ++count;
  }
  CHECK(count >= 8);
}

TEST_CASE("the README is true: the files that it quotes and its commands, in order") {
  const std::filesystem::path top = source_folder();
  int commands = 0;
  for (const Block& b : blocks(top / "README.md")) {
    INFO("README.md, line ", b.line);
    // What quotes a file ends as it does: a comment at its top may be left out.
    if (b.language == "yaml" || b.language == "cpp" || b.language == "cmake") CHECK(b.file != "");
    if (!b.file.empty()) CHECK(read_file(top / b.file).ends_with(b.text));
    if (for_outsiders(b)) continue;
    if (b.language == "sh") CHECK(std::system(("cd '" + top.string() + "' && " + b.text).c_str()) == 0);
    if (b.language != "console") continue;
    std::istringstream words(command(b));
    std::string tool;
    std::vector<std::string> arguments;
    words >> tool;
    for (std::string word; words >> word;) arguments.push_back(word);
    const Outcome o = run_tool(tool, arguments, top);
    CHECK(matches(printed(b), o.out + o.err));
    ++commands;
  }
  CHECK(commands == 5);
}
