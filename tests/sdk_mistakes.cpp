// What authors of nodes get wrong, a mistake a file of tests/sdk_mistakes, found by discovery: each is
// refused by GCC and by Clang, and the first error says, in the words of the file's first line, what is
// wrong.
#include <algorithm>

#include "tests/support.hpp"

using namespace graph_runner;
using namespace graph_runner::test;
namespace fs = std::filesystem;

namespace {

// The flags that graph_runner_add_node sets, as far as a compiler that only reads needs them.
std::vector<std::string> flags() {
  const std::string commands = read_file(build_folder() / "compile_commands.json");
  const std::size_t at = commands.find("-isystem ", commands.find("nodes/Linear.cpp") - 1000) + 9;
  return {"-std=c++20",
          "-DEIGEN_DONT_PARALLELIZE",
          "-Wfatal-errors",
          "-ftemplate-backtrace-limit=4",
          "-I" + (source_folder() / "framework/sdk").string(),
          "-isystem",
          commands.substr(at, commands.find(' ', at) - at)};
}

std::string line_with(const std::string& text, const std::string& part) {
  const std::size_t at = text.find(part);
  if (at == std::string::npos) return "";
  const std::size_t begin = text.rfind('\n', at) + 1;
  return text.substr(begin, text.find('\n', at) - begin);
}

// Compiles the mistakes whose number leaves this rest, divided by two. The SDK's header is compiled first,
// once.
void expect_refused(const std::string& compiler, std::size_t rest) {
  if (run_tool("/usr/bin/env", {"sh", "-c", "command -v " + compiler}).code != 0) return;
  const TemporaryFolder scratch;
  const std::string header = (scratch.path() / "sdk.hpp").string();
  scratch.write("sdk.hpp", "#include <graph_runner/node.hpp>\n");
  const bool clang = compiler != "g++";
  const auto compile = [&](std::vector<std::string> arguments) {
    std::vector<std::string> all = flags();
    all.insert(all.begin(), compiler);
    all.insert(all.end(), arguments.begin(), arguments.end());
    return run_tool("/usr/bin/env", all);
  };
  const std::string made = header + (clang ? ".pch" : ".gch");
  const Outcome first = compile({"-x", "c++-header", header, "-o", made});
  INFO(first.err);
  REQUIRE(first.code == 0);

  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(source_folder() / "tests/sdk_mistakes"))
    files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  CHECK(files.size() >= 35);
  for (std::size_t i = rest; i < files.size(); i += 2) {
    const std::string text = read_file(files[i]), begin = "// error: ";
    REQUIRE(text.substr(0, begin.size()) == begin);
    const std::string words = text.substr(begin.size(), text.find('\n') - begin.size());
    const Outcome o =
        compile({clang ? "-include-pch" : "-include", clang ? made : header, "-fsyntax-only", files[i]});
    INFO(files[i].string(), "\n", o.err);
    CHECK(o.code != 0);
    CHECK(contains(line_with(o.err, "error: "), words));
    CHECK(o.err.size() < 3000);
  }
}

}  // namespace

TEST_CASE("mistakes in nodes are told by GCC in one line: the first half") { expect_refused("g++", 0); }
TEST_CASE("mistakes in nodes are told by GCC in one line: the second half") { expect_refused("g++", 1); }
TEST_CASE("mistakes in nodes are told by Clang in one line: the first half") { expect_refused("clang++", 0); }
TEST_CASE("mistakes in nodes are told by Clang in one line: the second half") {
  expect_refused("clang++", 1);
}
