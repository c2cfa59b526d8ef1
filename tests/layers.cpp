// The rooms of the house: what may include what.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "tests/support.hpp"

using namespace graph_runner::test;
namespace fs = std::filesystem;

namespace {

// A room may include itself, the rooms that are listed for it, and what those may include. Each lists rooms
// above it alone.
struct Room {
  std::string name;
  std::vector<std::string> uses;
};
const std::vector<Room>& rooms() {
  static const std::vector<Room> list{
      {"core", {}},
      {"yaml", {"core"}},
      {"data", {"core"}},
      {"formulas", {"yaml"}},
      {"analysis", {"core"}},
      {"train", {"data"}},
      {"conformance", {"analysis"}},
      {"claims", {"formulas", "analysis"}},
      {"file", {"formulas", "analysis", "train"}},
      {"exchange", {"file"}},
      {"report", {"core"}},
  };
  return list;
}

std::set<std::string> reach_of(const std::string& room) {
  std::set<std::string> reach{room};
  for (const Room& r : rooms())
    if (r.name == room)
      for (const std::string& used : r.uses) reach.merge(reach_of(used));
  return reach;
}

struct Include {
  fs::path file;
  int line;
  std::string header;
};

std::vector<std::string> lines_of(const fs::path& file) {
  std::ifstream in(file);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

// The lines #include "room/header.hpp" of the C++ files below a folder.
std::vector<Include> includes_below(const fs::path& folder) {
  std::vector<Include> found;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".cpp" && entry.path().extension() != ".hpp") continue;
    int line = 0;
    for (const std::string& text : lines_of(entry.path()))
      if (constexpr std::string_view start = "#include \""; ++line, text.rfind(start, 0) == 0)
        found.push_back({entry.path(), line, text.substr(start.size(), text.rfind('"') - start.size())});
  }
  return found;
}

// The lines of the function whose body opens at the end of line i, or 0 where none does: in sources that are
// formatted, it ends with the first brace that stands as far in as its beginning.
std::size_t function_at(const std::vector<std::string>& lines, std::size_t i) {
  if (lines[i].empty() || lines[i].back() != '{' || lines[i].find(')') == std::string::npos) return 0;
  const auto indent = [](const std::string& line) { return line.find_first_not_of(' '); };
  // What is broken over lines goes on four further in.
  std::size_t first = i;
  while (first > 0 && !lines[first - 1].empty() && indent(lines[first]) >= indent(lines[first - 1]) + 4)
    --first;
  static const std::set<std::string> others{"if", "for",  "while",  "switch",   "}",
                                            "do", "else", "return", "namespace"};
  const std::string start = lines[first].substr(indent(lines[first]));
  if (others.count(start.substr(0, start.find(' '))) || indent(lines[first]) > 4) return 0;
  const std::string end = std::string(indent(lines[first]), ' ') + "}";
  for (std::size_t k = i + 1; k < lines.size(); ++k)
    if (lines[k].rfind(end, 0) == 0) return k - first + 1;
  return 0;
}

const fs::path& framework() {
  static const fs::path folder = source_folder() / "framework";
  return folder;
}

}  // namespace

TEST_CASE("a room of the framework includes only rooms that are listed above it") {
  std::set<std::string> above;
  for (const Room& room : rooms()) {
    for (const std::string& used : room.uses) CHECK_MESSAGE(above.count(used), room.name, " uses ", used);
    above.insert(room.name);
    const std::set<std::string> reach = reach_of(room.name);
    std::size_t seen = 0;
    for (const Include& i : includes_below(framework() / room.name)) {
      ++seen;
      CHECK_MESSAGE(reach.count(i.header.substr(0, i.header.find('/'))), i.file.string(), ":", i.line,
                    ": error: ", room.name, " may not include \"", i.header, "\"");
    }
    CHECK_MESSAGE(seen > 0, room.name);
  }
}

TEST_CASE("every folder of the framework is a room that is listed") {
  std::set<std::string> listed{"sdk"};
  for (const Room& room : rooms()) listed.insert(room.name);
  for (const auto& entry : fs::directory_iterator(framework()))
    if (entry.is_directory()) CHECK_MESSAGE(listed.count(entry.path().filename()), entry.path().string());
}

TEST_CASE("framework/README.md lists the rooms as they are: in their order, with what each may include") {
  std::vector<std::string> expected{"sdk: nothing"}, found;
  for (const Room& room : rooms())
    expected.push_back(room.name + ": " +
                       (room.uses.empty() ? "`sdk`" : fmt::format("`{}`", fmt::join(room.uses, "`, `"))));
  std::istringstream lines(read_file(framework() / "README.md"));
  for (std::string line; std::getline(lines, line) && line != "## Words";)
    if (const std::size_t end = line.find("` | "); line.rfind("| `", 0) == 0 && end != std::string::npos)
      found.push_back(line.substr(3, end - 3) + ": " +
                      line.substr(end + 4, line.find(" |", end + 4) - end - 4));
  CHECK(found == expected);
}

TEST_CASE("nodes and the SDK include the SDK alone") {
  for (const Include& i : includes_below(source_folder() / "nodes"))
    FAIL_CHECK(i.file.string(), ":", i.line, ": error: a node includes \"", i.header, "\"");
  for (const Include& i : includes_below(framework() / "sdk"))
    FAIL_CHECK(i.file.string(), ":", i.line, ": error: the SDK includes \"", i.header, "\"");
}

TEST_CASE("no two headers of the framework and the tools have one name") {
  std::map<std::string, fs::path> seen;
  for (const char* folder : {"framework", "tools"})
    for (const auto& entry : fs::recursive_directory_iterator(source_folder() / folder)) {
      if (entry.path().extension() != ".hpp" && entry.path().extension() != ".h") continue;
      const auto [at, added] = seen.try_emplace(entry.path().filename().string(), entry.path());
      CHECK_MESSAGE(added, entry.path().string(), " and ", at->second.string());
    }
  CHECK(seen.size() > 80);
}

TEST_CASE(
    "no source of the framework, the nodes and the tools has more than 300 lines, no function more than 60") {
  std::size_t functions = 0;
  for (const char* folder : {"framework", "nodes", "tools"})
    for (const auto& entry : fs::recursive_directory_iterator(source_folder() / folder)) {
      const auto extension = entry.path().extension();
      if (extension != ".cpp" && extension != ".hpp" && extension != ".h") continue;
      const std::vector<std::string> lines = lines_of(entry.path());
      CHECK_MESSAGE(lines.size() <= 300, entry.path().string(), ": ", lines.size(), " lines");
      for (std::size_t i = 0; i < lines.size(); ++i) {
        const std::size_t length = function_at(lines, i);
        functions += length > 0;
        CHECK_MESSAGE(length <= 60, entry.path().string(), ":", i + 1, ": a function of ", length, " lines");
      }
    }
  CHECK(functions > 1000);
}
