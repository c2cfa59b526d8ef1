// What the documents show is true: their graph files run, their commands print what they say.
#include <cstdlib>
#include <sstream>

#include "tests/support.hpp"

using namespace graph_runner;
using namespace graph_runner::test;

namespace {

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

struct Block {
  std::string language, text;
  int line = 0;
};

// The fenced blocks of a Markdown file.
std::vector<Block> blocks(const std::filesystem::path& file) {
  std::vector<Block> found;
  std::istringstream lines(read_file(file));
  bool inside = false;
  int number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    if (line.rfind("```", 0) == 0) {
      if (!inside) found.push_back({line.substr(3), "", number});
      inside = !inside;
    } else if (inside) {
      found.back().text += line + "\n";
    }
  }
  return found;
}

// Whether a text is what a document shows, where `…` stands for anything on a line, and a line `…` for any
// lines.
bool matches(const std::string& shown, const std::string& found) {
  const auto split = [](const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
  };
  const auto line_matches = [](const std::string& pattern, const std::string& line) {
    const std::string gap = "…";
    std::size_t at = 0, from = 0;
    for (bool first = true;; first = false) {
      const std::size_t end = pattern.find(gap, from);
      const std::string part = pattern.substr(from, end - from);
      const std::size_t place =
          first ? (line.rfind(part, 0) == 0 ? 0 : std::string::npos)
          : end == std::string::npos && line.size() >= part.size() + at
              ? (line.compare(line.size() - part.size(), part.size(), part) == 0 ? line.size() - part.size()
                                                                                 : std::string::npos)
              : line.find(part, at);
      if (place == std::string::npos) return false;
      at = place + part.size();
      if (end == std::string::npos) return at == line.size();
      from = end + gap.size();
    }
  };
  const std::vector<std::string> a = split(shown), b = split(found);
  std::size_t j = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i].find_first_not_of(' ') != std::string::npos && a[i].substr(a[i].find_first_not_of(' ')) == "…") {
      if (i + 1 == a.size()) return true;
      while (j < b.size() && !line_matches(a[i + 1], b[j])) ++j;
    } else if (j >= b.size() || !line_matches(a[i], b[j++])) {
      MESSAGE("shown: ", a[i]);
      MESSAGE("found: ", (j ? b[j - 1] : std::string("(nothing)")));
      return false;
    }
  }
  return j == b.size();
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

TEST_CASE("the README is true: its graph, its node and its commands, in order") {
  const std::filesystem::path top = source_folder();
  int commands = 0;
  for (const Block& b : blocks(top / "README.md")) {
    INFO("README.md, line ", b.line);
    if (b.language == "yaml") CHECK(contains(read_file(top / "graphs" / "xor.yaml"), b.text));
    if (b.language == "cpp") CHECK(b.text == read_file(top / "tests" / "plugins" / "Swish.cpp"));
    if (b.language == "sh") CHECK(std::system(("cd '" + top.string() + "' && " + b.text).c_str()) == 0);
    if (b.language != "console") continue;
    // A block is one command after `$ `, and what it prints.
    std::istringstream words(b.text.substr(2, b.text.find('\n') - 2));
    std::string tool;
    std::vector<std::string> arguments;
    words >> tool;
    for (std::string word; words >> word;) arguments.push_back(word);
    const Outcome o = run_tool(tool, arguments, top);
    CHECK(matches(b.text.substr(b.text.find('\n') + 1), o.out + o.err));
    ++commands;
  }
  CHECK(commands == 7);
}
