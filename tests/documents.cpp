// What the documents show is true: their graph files run, their commands print what they say.
#include <sstream>

#include "tests/support.hpp"

using namespace graph_runner;
using namespace graph_runner::test;

namespace {

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
    const bool runs = b.text.find("data:") != std::string::npos || b.text.find("train:") != std::string::npos;
    const Outcome o = runs ? run_tool("graph-runner", {file}) : run_tool("graph-inspect", {file});
    INFO(o.out, o.err);
    CHECK(o.code == 0);
    CHECK(o.err.empty());
    ++count;
  }
  CHECK(count >= 8);
}

TEST_CASE("every command in the README prints what the README shows") {
  int count = 0;
  for (const Block& b : blocks(source_folder() / "README.md")) {
    if (b.language != "console") continue;
    std::istringstream lines(b.text);
    std::string command, shown, line;
    const auto check = [&] {
      if (command.empty()) return;
      INFO("README.md, line ", b.line, ": ", command);
      std::istringstream words(command);
      std::string tool;
      std::vector<std::string> arguments;
      words >> tool;
      for (std::string word; words >> word;) arguments.push_back(word);
      const Outcome o = run_tool(tool, arguments, source_folder());
      CHECK(matches(shown, o.out + o.err));
      ++count;
    };
    while (std::getline(lines, line)) {
      if (line.rfind("$ ", 0) == 0) {
        check();
        command = line.substr(2);
        shown.clear();
      } else {
        shown += line + "\n";
      }
    }
    check();
  }
  CHECK(count >= 1);
}
