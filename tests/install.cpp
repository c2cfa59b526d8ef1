// What is installed works by itself: the READMEs' sections for those outside the tree, followed literally,
// and the Debian package.
#include <sys/resource.h>

#include <algorithm>

#include "tests/markdown.hpp"
#include "tests/support.hpp"

using namespace graph_runner;
using namespace graph_runner::test;

namespace fs = std::filesystem;

namespace {

// Runs a script in a clean environment, with the tools that are installed in ~/graph-runner on PATH.
Outcome shell(const std::string& script, const fs::path& home, const fs::path& folder) {
  const std::string path = "PATH=" + (home / "graph-runner/bin").string() + ":/usr/bin:/bin";
  return run_tool("/usr/bin/env", {"-i", "HOME=" + home.string(), path, "/bin/sh", "-ec", script}, folder);
}

Outcome install(const fs::path& prefix) {
  return run_tool("/usr/bin/env", {"cmake", "--install", build_folder(), "--prefix", prefix});
}

// What all child processes took of processors so far: other than the time that goes by, it does not depend on
// what else the machine does.
double processor_seconds() {
  rusage usage{};
  getrusage(RUSAGE_CHILDREN, &usage);
  const auto seconds = [](const timeval& t) { return double(t.tv_sec) + 1e-6 * double(t.tv_usec); };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

std::vector<fs::path> files_below(const fs::path& folder) {
  std::vector<fs::path> found;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.is_regular_file()) found.push_back(entry.path());
  return found;
}

// Instrumented libraries link only into programs that are instrumented alike, and packages of them are no
// use.
const bool sanitized = GRAPH_RUNNER_SLOWNESS > 1;

// Follows what a document tells those outside the tree, from an empty home; returns the number of commands.
int follow(const std::string& document) {
  const TemporaryFolder scratch;
  const fs::path first = scratch.path() / "first", home = scratch.path() / "home";
  // The one step inside the tree, where the build has the name that the document gives it.
  fs::create_directories(first / "tree/build");
  fs::create_symlink(build_folder(), first / "tree/build/release");
  fs::path at = first / "tree";
  int commands = 0;
  for (const Block& b : blocks(source_folder() / document)) {
    if (!for_outsiders(b) || (sanitized && b.section == "Embed the engine")) continue;
    INFO(document, ", line ", b.line, ": ", b.text);
    if (b.language == "sh") {
      const double before = processor_seconds();
      const Outcome o = shell(b.text + "pwd >~/folder", fs::exists(home) ? home : first, at);
      INFO(o.out, o.err);
      REQUIRE(o.code == 0);
      if (contains(b.text, "--install"))  // what was installed moves, and its home with it
        fs::rename(first, home), at = home;
      else
        at = read_file(home / "folder").substr(0, read_file(home / "folder").find('\n'));
      if (contains(b.text, "--build")) CHECK(processor_seconds() - before < 15 * GRAPH_RUNNER_SLOWNESS);
      ++commands;
    } else if (b.language == "console") {
      const Outcome o = shell(command(b), home, at);
      CHECK(matches(printed(b), o.out + o.err));
      ++commands;
    } else if (b.section == "Embed the engine") {  // a file that the reader saves here
      fs::copy_file(source_folder() / b.file, at / fs::path(b.file).filename());
    } else {  // a file that --new has written
      CHECK(read_file(b.language == "cpp" ? home / "Swish/Swish.cpp" : home / "Swish/CMakeLists.txt") ==
            b.text);
    }
  }
  return commands;
}

}  // namespace

TEST_CASE(
    "the READMEs' sections for outsiders are true from a prefix that was moved, in a clean environment") {
  const double start = processor_seconds();
  int commands = 0;
  for (const std::string& document : documents()) commands += follow(document);
  CHECK(commands == (sanitized ? 10 : 14));
  CHECK(processor_seconds() - start < 60 * GRAPH_RUNNER_SLOWNESS);
}

TEST_CASE("what is installed names no folder of this machine") {
  const TemporaryFolder scratch;
  REQUIRE(install(scratch.path()).code == 0);
  std::size_t count = 0;
  for (const fs::path& file : files_below(scratch.path())) {
    INFO(file);
    const std::string text = read_file(file);
    CHECK_FALSE(contains(text, scratch.path()));
    // With what debuggers are told, compiled code names its sources.
    const bool compiled =
        file.extension() == ".so" || file.extension() == ".a" || file.parent_path().filename() == "bin";
    if (!compiled) CHECK_FALSE(contains(text, source_folder()));
    if (!compiled) CHECK_FALSE(contains(text, build_folder()));
    ++count;
  }
  CHECK(count > 100);
  CHECK(files_below(scratch.path() / "lib/graph-runner/plugins").size() ==
        files_below(build_folder() / "plugins").size());
  for (const char* file :
       {"bin/grad-check", "include/graph_runner/abi.h", "include/graph_runner/framework/core/walk.hpp",
        "lib/graph-runner/plugins/Linear.so", "share/graph-runner/graphs/mlp.yaml",
        "share/graph-runner/tools/fetch-data", "share/man/man1/graph-runner.1",
        "share/bash-completion/completions/grad-check"})
    CHECK(fs::exists(scratch.path() / file));
  // What it says of data that are missing can be run as it stands.
  const Outcome o =
      run_tool(scratch.path() / "bin/graph-runner", {scratch.path() / "share/graph-runner/graphs/mlp.yaml"});
  const std::string fetch = (scratch.path() / "share/graph-runner/tools/fetch-data").string();
  CHECK(o.code == 4);
  CHECK(contains(o.err, "No such file or directory; '" + fetch + " mnist' fetches it"));
  CHECK(run_tool("/bin/bash", {"-n", fetch}).code == 0);
}

TEST_CASE(
    "a plugin in C is built where no C++ is known, with the package found by links as in Debian's root") {
  const TemporaryFolder scratch;
  REQUIRE(install(scratch.path() / "usr").code == 0);
  fs::create_directory(scratch.path() / "graph-runner");  // like / there: bin and lib are links into usr
  for (const char* folder : {"bin", "lib"})
    fs::create_symlink(scratch.path() / "usr" / folder, scratch.path() / "graph-runner" / folder);
  scratch.write(
      "CMakeLists.txt",
      "cmake_minimum_required(VERSION 3.25)\nproject(Plain LANGUAGES C)\nfind_package(GraphRunner REQUIRED)\n"
      "graph_runner_add_node(Plain Plain.c)\n");
  fs::copy_file(source_folder() / "tests/plugins/Plain.c", scratch.path() / "Plain.c");
  const Outcome o = shell("cmake -B build && cmake --build build && graph-inspect Plain --plugins build",
                          scratch.path(), scratch.path());
  INFO(o.out, o.err);
  CHECK(o.code == 0);
  CHECK(contains(o.out, "file         " + (scratch.path() / "build/Plain.so").string()));
}

TEST_CASE("the example nodes are built outside the tree, and pass every check") {
  const TemporaryFolder scratch;
  REQUIRE(install(scratch.path() / "graph-runner").code == 0);
  fs::copy(source_folder() / "tests/examples", scratch.path() / "examples");
  const Outcome o =
      shell("cmake -S examples -B build && cmake --build build -j2 && graph-inspect --check build/*.so",
            scratch.path(), scratch.path());
  INFO(o.out, o.err);
  CHECK(o.code == 0);
  std::size_t passed = 0;
  for (std::size_t at = 0; (at = o.out.find("\nok: 12 checks\n", at)) != std::string::npos; ++at) ++passed;
  CHECK(passed == 9);
}

TEST_CASE("tools that are not on PATH tell where the package is, and CMake finds it there") {
  const TemporaryFolder scratch;
  const fs::path prefix = scratch.path() / "a prefix";
  REQUIRE(install(prefix).code == 0);
  for (const fs::path& tools : {build_folder(), prefix / "bin"}) {
    const TemporaryFolder folder;
    // The second line that --new prints configures and builds: it is run as far as it configures.
    const Outcome o = shell("'" + (tools / "graph-inspect").string() +
                                "' --new Mish >lines; cd Mish; eval \"$(sed -n 's/ && cmake --build "
                                "build//p' ../lines)\"; cat ../lines",
                            scratch.path(), folder.path());
    INFO(o.out, o.err);
    CHECK(o.code == 0);
    CHECK(contains(o.out, "-DGraphRunner_DIR="));
    CHECK(contains(o.out, (tools / "graph-runner").string()));
    CHECK(fs::exists(folder.path() / "Mish/build/CMakeCache.txt"));
  }
}

TEST_CASE("the Debian package says what it needs, and its tools run from where it is unpacked") {
  if (sanitized) return;
  const TemporaryFolder scratch;
  Outcome o = run_tool("/usr/bin/env", {"cpack", "-G", "DEB", "-B", scratch.path() / "made", "--config",
                                        build_folder() / "CPackConfig.cmake"});
  INFO(o.out, o.err);
  REQUIRE(o.code == 0);
  fs::path package;
  for (const fs::path& file : files_below(scratch.path() / "made"))
    if (file.extension() == ".deb") package = file;
  o = run_tool("/usr/bin/env", {"dpkg-deb", "--field", package});
  CHECK(contains(o.out, "Package: graph-runner\n"));
  CHECK(contains(o.out, "Section: science\n"));
  CHECK(contains(o.out, "Recommends: g++, cmake, make, libeigen3-dev, graphviz\n"));
  for (const char* library : {"libc6 (", "libstdc++6 (", "libyaml-cpp0", "zlib1g (", "libpng16-16 (",
                              "libzip4 (", "libutf8proc2 ("})
    CHECK(contains(o.out, library));
  const fs::path root = scratch.path() / "root";
  REQUIRE(run_tool("/usr/bin/env", {"dpkg-deb", "--extract", package, root}).code == 0);
  o = run_tool("/usr/bin/env",
               {"-i", root / "usr/bin/graph-runner", root / "usr/share/graph-runner/graphs/xor.yaml"});
  INFO(o.out, o.err);
  CHECK(o.code == 0);
  CHECK(contains(o.out, "required train.loss <= 0.001: met"));
}
