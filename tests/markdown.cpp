#include "tests/markdown.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cctype>
#include <sstream>

#include "tests/support.hpp"

namespace graph_runner::test {

std::vector<Block> blocks(const std::filesystem::path& file) {
  std::vector<Block> found;
  std::istringstream lines(read_file(file));
  std::string section;
  bool inside = false;
  int number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    if (line.rfind("```", 0) == 0) {
      if (!inside) {
        found.push_back({section, "", "", "", number});
        std::istringstream(line.substr(3)) >> found.back().language >> found.back().file;
      }
      inside = !inside;
    } else if (inside) {
      found.back().text += line + "\n";
    } else if (line.rfind("#", 0) == 0) {
      section = line.substr(line.find_first_not_of("# "));
    }
  }
  return found;
}

// The end of the command, which goes on behind a backslash at the end of a line.
static std::size_t end_of_command(const std::string& text) {
  std::size_t end = text.find('\n');
  while (end != 0 && text[end - 1] == '\\') end = text.find('\n', end + 1);
  return end;
}
std::string command(const Block& block) { return block.text.substr(2, end_of_command(block.text) - 2); }
std::string printed(const Block& block) { return block.text.substr(end_of_command(block.text) + 1); }

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

const std::vector<std::string>& documents() {
  static const std::vector<std::string> list{"README.md",
                                             "graphs/README.md",
                                             "graphs/homework7/README.md",
                                             "graphs/homework7/exam/README.md",
                                             "nodes/README.md",
                                             "framework/README.md"};
  return list;
}

bool for_outsiders(const Block& block) {
  static const std::vector<std::string> sections{"A node",          "A wrong gradient",    "Write a node",
                                                 "Build it",        "Put it to the proof", "Train with it",
                                                 "Embed the engine"};
  return std::find(sections.begin(), sections.end(), block.section) != sections.end();
}

namespace {

// Calls `use(line, number)` for each line outside of fenced blocks.
template <class Use>
void each_line(const std::filesystem::path& file, const Use& use) {
  std::istringstream lines(read_file(file));
  bool inside = false;
  int number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    const bool fence = line.rfind("```", 0) == 0;
    if (!fence && !inside) use(line, number);
    if (fence) inside = !inside;
  }
}

}  // namespace

std::vector<Link> links(const std::filesystem::path& file) {
  std::vector<Link> found;
  each_line(file, [&](const std::string& line, int number) {
    bool code = false;  // between backticks
    for (std::size_t i = 0; i < line.size(); ++i) {
      if (line[i] == '`') code = !code;
      if (code || line.compare(i, 2, "](") != 0) continue;
      const std::string to = line.substr(i + 2, line.find(')', i) - i - 2);
      if (contains(to, "://")) continue;
      const std::size_t mark = to.find('#');
      found.push_back({to.substr(0, mark), mark == std::string::npos ? "" : to.substr(mark + 1), number});
    }
  });
  return found;
}

std::vector<std::string> headings(const std::filesystem::path& file) {
  std::vector<std::string> found;
  each_line(file, [&](const std::string& line, int) {
    const std::size_t text = line.find_first_not_of('#');
    if (text == 0 || text == std::string::npos || line[text] != ' ') return;
    std::string name;
    for (const char c : line.substr(text + 1))
      if (c == ' ')
        name += '-';
      else if (std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_')
        name += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    found.push_back(name);
  });
  return found;
}

}  // namespace graph_runner::test
