// The rooms of the house: what may include what.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>

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

// The lines #include "room/header.hpp" of the C++ files below a folder.
std::vector<Include> includes_below(const fs::path& folder) {
  std::vector<Include> found;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".cpp" && entry.path().extension() != ".hpp") continue;
    std::ifstream in(entry.path());
    std::string text;
    for (int line = 1; std::getline(in, text); ++line)
      if (constexpr std::string_view start = "#include \""; text.rfind(start, 0) == 0)
        found.push_back({entry.path(), line, text.substr(start.size(), text.rfind('"') - start.size())});
  }
  return found;
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

TEST_CASE("no source of the framework, the nodes and the tools has more than 300 lines") {
  for (const char* folder : {"framework", "nodes", "tools"})
    for (const auto& entry : fs::recursive_directory_iterator(source_folder() / folder)) {
      const auto extension = entry.path().extension();
      if (extension != ".cpp" && extension != ".hpp" && extension != ".h") continue;
      std::ifstream in(entry.path());
      const auto lines = std::count(std::istreambuf_iterator<char>(in), {}, '\n');
      CHECK_MESSAGE(lines <= 300, entry.path().string(), ": ", lines, " lines");
    }
}
