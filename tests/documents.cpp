// What the documents show is true: their graph files run, their commands print what they say.
#include <algorithm>
#include <cstdlib>
#include <sstream>

#include "tests/markdown.hpp"
#include "tests/support.hpp"

using namespace graph_runner;
using namespace graph_runner::test;
namespace fs = std::filesystem;

namespace {

std::vector<fs::path> markdown_files() {
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator(source_folder())) {
    if (entry.path().extension() == ".md") found.push_back(entry.path());
    const std::string name = entry.path().filename();
    if (!entry.is_directory() || name == "build" || name == "data" || name == ".git") continue;
    for (const auto& below : fs::recursive_directory_iterator(entry.path()))
      if (below.path().extension() == ".md") found.push_back(below.path());
  }
  return found;
}

}  // namespace

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

TEST_CASE("the READMEs are true: the files that they quote and their commands, in order") {
  const fs::path top = source_folder();
  int commands = 0;
  for (const std::string& document : documents())
    for (const Block& b : blocks(top / document)) {
      INFO(document, ", line ", b.line);
      // What quotes a file ends as it does: a comment at its top may be left out.
      const bool example = document == "graphs/README.md" && b.language == "yaml";  // run above
      if (!example && (b.language == "yaml" || b.language == "cpp" || b.language == "cmake"))
        CHECK(b.file != "");
      if (!b.file.empty()) CHECK(read_file(top / b.file).ends_with(b.text));
      if (for_outsiders(b)) continue;
      const std::string path =
          fmt::format("cd '{}' && PATH='{}':$PATH\n", top.string(), build_folder().string());
      if (b.language == "sh") CHECK(std::system((path + b.text).c_str()) == 0);
      if (b.language != "console") continue;
      const Outcome o = run_tool("/bin/sh", {"-c", path + command(b)}, top);
      CHECK(matches(printed(b), o.out + o.err));
      ++commands;
    }
  CHECK(commands == 12);
}

TEST_CASE("every link of a document leads to a file, and to a heading of it where it names one") {
  std::size_t seen = 0;
  for (const fs::path& document : markdown_files())
    for (const Link& l : links(document)) {
      INFO(document.string(), ":", l.line, ": ", l.file, "#", l.heading);
      const fs::path file = l.file.empty() ? document : document.parent_path() / l.file;
      CHECK(fs::exists(file));
      if (!l.heading.empty() && fs::is_regular_file(file)) {
        const std::vector<std::string> names = headings(file);
        CHECK(std::find(names.begin(), names.end(), l.heading) != names.end());
      }
      ++seen;
    }
  CHECK(seen > 150);
}

TEST_CASE("the README is read in a few minutes: it has at most 250 lines") {
  const std::string text = read_file(source_folder() / "README.md");
  CHECK(std::count(text.begin(), text.end(), '\n') <= 250);
}
