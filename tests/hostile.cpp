// graph-inspect --check says what is wrong with each of the broken and hostile plugins of
// tests/plugins/hostile, found by discovery, and survives them all.
#include <elf.h>

#include <cstring>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/support.hpp"

using namespace graph_runner;
using namespace graph_runner::test;
namespace fs = std::filesystem;
using Json = nlohmann::json;

namespace {

fs::path hostile(const std::string& name) { return build_folder() / "hostile-plugins" / (name + ".so"); }

struct Row {
  std::string check;
  std::vector<std::string> findings;
};

// The rows that say WRONG, and the exit code.
struct Found {
  int code = 0;
  std::vector<Row> wrong;
  std::string all;
};
Found check(const fs::path& plugin) {
  const Outcome o = run_tool("graph-inspect", {"--check", plugin.string(), "--json"});
  Found found{o.code, {}, o.out + o.err};
  std::istringstream lines(o.out);
  for (std::string line; std::getline(lines, line);) {
    const Json event = Json::parse(line);
    if (event["event"] == "check" && event["ok"] == Json(false))
      found.wrong.push_back({event["check"], event["findings"]});
  }
  return found;
}

// The first row that is wrong is this one, and one of its findings has these words.
void expect(const fs::path& plugin, const std::string& row, const std::string& words) {
  const Found found = check(plugin);
  INFO(plugin.string(), "\nexpected ", row, ": ", words, "\nfound\n", found.all);
  CHECK(found.code == 1);
  REQUIRE(!found.wrong.empty());
  CHECK(found.wrong[0].check == row);
  bool said = false;
  for (const std::string& f : found.wrong[0].findings) said = said || f.find(words) != std::string::npos;
  CHECK(said);
}

struct Expectation {
  std::string name, row, words;
};
// What the first line of each file says.
std::vector<Expectation> expectations() {
  std::vector<Expectation> out;
  for (const auto& entry : fs::directory_iterator(source_folder() / "tests" / "plugins" / "hostile")) {
    if (entry.path().extension() == ".h") continue;
    const std::string text = read_file(entry.path());
    const std::string begin = "/* Expected: ";
    INFO(entry.path().string());
    REQUIRE(text.rfind(begin, 0) == 0);
    const std::string line = text.substr(begin.size(), text.find(" */") - begin.size());
    const std::size_t colon = line.find(": ");
    out.push_back({entry.path().stem().string(), line.substr(0, colon),
                   colon == std::string::npos ? "" : line.substr(colon + 2)});
  }
  return out;
}

// Those of some rows: cases that run side by side.
int check_rows(const std::vector<std::string>& rows) {
  int count = 0;
  for (const Expectation& e : expectations()) {
    if (std::find(rows.begin(), rows.end(), e.row) == rows.end()) continue;
    // AddressSanitizer itself maps terabytes, so that no limit of memory can be set.
    if (e.name == "EatsMemory" && GRAPH_RUNNER_SLOWNESS > 1) continue;
    expect(hostile(e.name), e.row, e.words);
    ++count;
  }
  return count;
}

}  // namespace

TEST_CASE("--check tells what is wrong with a plugin that cannot be loaded or describes itself wrongly") {
  CHECK(check_rows({"symbols", "loading", "table"}) >= 20);
}

TEST_CASE("--check tells what is wrong with a plugin that touches memory that is not its own, or crashes") {
  CHECK(check_rows({"attributes", "memory"}) >= 15);
}

TEST_CASE("--check tells what is wrong with a plugin that computes wrongly") {
  CHECK(check_rows({"results", "shapes", "threads", "gradients"}) >= 5);
}

TEST_CASE("--check tells what is wrong with a plugin that leaks or changes its surroundings") {
  CHECK(check_rows({"leaks", "surroundings"}) >= 10);
}

TEST_CASE(
    "--check finds nothing wrong with a plugin that breaks no rule, and every fault is of a known row") {
  for (const char* name : {"Right", "RightOptimizer"}) {
    const Found right = check(hostile(name));
    INFO(right.all);
    CHECK(right.code == 0);
    CHECK(right.wrong.empty());
  }
  const std::vector<std::string> rows{"nothing", "symbols", "loading", "table", "attributes",   "memory",
                                      "results", "shapes",  "threads", "leaks", "surroundings", "gradients"};
  for (const Expectation& e : expectations()) {
    INFO(e.name);
    CHECK(std::find(rows.begin(), rows.end(), e.row) != rows.end());
    CHECK(fs::exists(hostile(e.name)));
  }
}

TEST_CASE(
    "--check and the registry refuse files that are no plugins for this machine, without loading them") {
  const TemporaryFolder folder;
  const std::string right = read_file(hostile("Right"));
  const auto expect_file = [&](const std::string& contents, const std::string& words) {
    expect(folder.write("Right.so", contents), "file", words);
    Registry registry({folder.path()});
    CHECK_THROWS_WITH_AS(registry.get("Right"), doctest::Contains(words.c_str()), Error);
  };
  const auto patched = [&](const auto& patch) {
    std::string bytes = right;
    Elf64_Ehdr header;
    std::memcpy(&header, bytes.data(), sizeof header);
    patch(header);
    std::memcpy(bytes.data(), &header, sizeof header);
    return bytes;
  };
  expect_file("", "it is empty");
  expect_file("a plugin in words", "it is not a shared object");
  expect_file(patched([](Elf64_Ehdr& h) { h.e_machine = EM_AARCH64; }), "it is built for AArch64");
  expect_file(patched([](Elf64_Ehdr& h) { h.e_ident[EI_CLASS] = ELFCLASS32; }), "not built for 64 bits");
  expect_file(patched([](Elf64_Ehdr& h) { h.e_ident[EI_DATA] = ELFDATA2MSB; }), "other byte order");
  expect_file(patched([](Elf64_Ehdr& h) { h.e_type = ET_REL; }), "link it with -shared");
  expect_file(patched([](Elf64_Ehdr& h) { h.e_phoff = ~Elf64_Off{0}; }), "it is cut off");
  expect_file(patched([](Elf64_Ehdr& h) { h.e_shnum = 0xFFFF; }), "it is cut off");
}

TEST_CASE("a plugin that is cut off at any length is refused before it is mapped") {
  const TemporaryFolder folder;
  const std::string right = read_file(hostile("Right"));
  for (std::size_t i = 0; i < 200; ++i) {
    const std::size_t length = i < 100 ? i : right.size() * (i - 100) / 100;
    folder.write("Right.so", right.substr(0, length));
    INFO("cut off after ", length, " of ", right.size(), " bytes");
    Registry registry({folder.path()});
    CHECK_THROWS_AS(registry.get("Right"), Error);
    if (i % 20 == 0) expect(folder.path() / "Right.so", "file", "cannot be loaded");
  }
}

TEST_CASE("--check passes all standard node types, and every other plugin that is meant to be right") {
  std::vector<std::string> files{"--check"};
  for (const auto& entry : fs::directory_iterator(build_folder() / "plugins"))
    if (entry.path().extension() == ".so") files.push_back(entry.path().string());
  for (const char* name : {"Everything", "Structured", "Plain", "Swish", "ClashOne", "ClashTwo"})
    files.push_back((test_plugins() / (std::string(name) + ".so")).string());
  const Outcome o = run_tool("graph-inspect", files);
  INFO(o.out, o.err);
  CHECK(o.code == 0);
  std::size_t passed = 0;
  for (std::size_t at = 0; (at = o.out.find("\nok: 12 checks\n", at)) != std::string::npos; ++at) ++passed;
  CHECK(passed == files.size() - 1);
  CHECK(passed >= 59);
}

TEST_CASE("--check of a file that is not there ends with exit 4") {
  const Outcome o = run_tool("graph-inspect", {"--check", "/no/such/Plugin.so"});
  CHECK(o.code == 4);
  CHECK(o.err.find("/no/such/Plugin.so") != std::string::npos);
}
