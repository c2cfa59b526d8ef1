// Where plugins are looked for, as a user of any tool meets it: what could load code that nobody meant is
// refused, with the reason.
#include <nlohmann/json.hpp>

#include "tests/support.hpp"

using namespace graph_runner;
using namespace graph_runner::test;
namespace fs = std::filesystem;

namespace {

const std::string file_text = R"(inputs: {x: [n, 2]}
nodes:
  y: {type: TYPE, in: x}
data: {train: {x: [[1, 2]]}}
)";
std::string file_of(const std::string& type) {
  std::string text = file_text;
  return text.replace(text.find("TYPE"), 4, type);
}

// Runs each tool on a file; all must refuse it in the same words.
void check_refused(const TemporaryFolder& folder, const std::string& text,
                   const std::vector<std::string>& options, const std::vector<std::string>& environment,
                   const std::vector<std::string>& said) {
  const std::string file = folder.write("graph.yaml", text);
  std::vector<std::string> arguments{file};
  arguments.insert(arguments.end(), options.begin(), options.end());
  for (const char* tool : {"graph-runner", "graph-inspect", "grad-check"}) {
    const Outcome o = run_tool(tool, arguments, folder.path(), environment);
    INFO(tool, " ", o.err);
    CHECK(o.code == 2);
    CHECK(o.out.empty());
    for (const std::string& part : said) CHECK(contains(o.err, part));
  }
}

// A folder with a copy of a standard plugin.
fs::path with_plugin(const TemporaryFolder& folder, const std::string& name, const std::string& type) {
  fs::create_directory(folder.path() / name);
  fs::copy_file(build_folder() / "plugins" / (type + ".so"), folder.path() / name / (type + ".so"));
  return folder.path() / name;
}

}  // namespace

TEST_CASE("a type in two directories is refused, and both files are named, wherever the directories stand") {
  const TemporaryFolder folder;
  const std::string one = with_plugin(folder, "one", "ReLU"), two = with_plugin(folder, "two", "ReLU"),
                    standard = build_folder() / "plugins";
  const std::string found = "the node type 'ReLU' stands in two plugin directories: ";
  check_refused(folder, file_of("Tanh"), {"--plugins", one}, {},
                {found + one + "/ReLU.so and " + standard + "/ReLU.so; remove one"});
  check_refused(folder, file_of("Tanh"), {}, {"GRAPH_RUNNER_PLUGINS=" + two},
                {found + two + "/ReLU.so and " + standard + "/ReLU.so; remove one"});
  check_refused(folder, file_of("Tanh"), {"--plugins", one, "--plugins", two}, {},
                {found + one + "/ReLU.so and " + two + "/ReLU.so; remove one"});
  check_refused(folder, file_of("Tanh"), {"--plugins", two}, {"GRAPH_RUNNER_PLUGINS=" + one},
                {found + two + "/ReLU.so and " + one + "/ReLU.so; remove one"});
}

TEST_CASE("an element of GRAPH_RUNNER_PLUGINS that is relative or empty is refused") {
  const TemporaryFolder folder;
  fs::create_directory(folder.path() / "plugins");
  const std::string good = test_plugins().string();
  for (const auto& [variable, element] : {std::pair(std::string("plugins"), "plugins"),
                                          {"./plugins", "./plugins"},
                                          {".", "."},
                                          {"", ""},
                                          {good + ":plugins", "plugins"},
                                          {good + ":", ""},
                                          {":" + good, ""},
                                          {good + "::" + good, ""},
                                          {"~/plugins", "~/plugins"}})
    check_refused(folder, file_of("Tanh"), {}, {"GRAPH_RUNNER_PLUGINS=" + variable},
                  {fmt::format("GRAPH_RUNNER_PLUGINS: the element '{}' is not an absolute path; in '{}'",
                               element, variable)});
}

TEST_CASE("a directory that everybody may write to is refused, with what to do") {
  const TemporaryFolder folder;
  const fs::path open = with_plugin(folder, "open", "ReLU");
  fs::permissions(open, fs::perms::all);
  const std::string said =
      "plugin directory " + open.string() +
      ": everybody may write to it, so anybody could plant code there; run chmod o-w on it";
  check_refused(folder, file_of("Tanh"), {"--plugins", open.string()}, {}, {said});
  check_refused(folder, file_of("Tanh"), {}, {"GRAPH_RUNNER_PLUGINS=" + open.string()}, {said});
  // Nor is it reached by a link, nor helped by the sticky bit, as on /tmp.
  fs::create_directory_symlink(open, folder.path() / "link");
  check_refused(folder, file_of("Tanh"), {"--plugins", "link"}, {}, {said});
  fs::permissions(open, fs::perms::all | fs::perms::sticky_bit);
  check_refused(folder, file_of("Tanh"), {"--plugins", open.string()}, {}, {said});
}

TEST_CASE("a plugin file that everybody may write to is refused when a graph uses it") {
  const TemporaryFolder folder;
  const fs::path plugins = with_plugin(folder, "plugins", "ReLU");
  fs::rename(plugins / "ReLU.so", plugins / "Mine.so");
  fs::permissions(plugins / "Mine.so", fs::perms::others_write, fs::perm_options::add);
  check_refused(folder, file_of("Mine"), {"--plugins", plugins.string()}, {},
                {"plugin " + (plugins / "Mine.so").string() +
                 ": everybody may write to it, so anybody could put code there; run chmod o-w on it"});
}

TEST_CASE("a directory that is none is refused") {
  const TemporaryFolder folder;
  check_refused(folder, file_of("Tanh"), {"--plugins", "nowhere"}, {},
                {"--plugins nowhere: No such file or directory"});
  check_refused(folder, file_of("Tanh"), {}, {"GRAPH_RUNNER_PLUGINS=/nowhere/at/all"},
                {"plugin directory /nowhere/at/all: No such file or directory"});
  const std::string file = folder.write("file", "");
  check_refused(folder, file_of("Tanh"), {"--plugins", file}, {}, {file + ": not a directory"});
}

TEST_CASE("a graph file cannot name code to load: a type is a name and never a path") {
  const TemporaryFolder folder;
  const fs::path below = with_plugin(folder, "below", "ReLU");
  for (const std::string& type :
       {std::string("../ReLU"), std::string("below/ReLU"), (below / "ReLU").string(),
        (below / "ReLU.so").string(), std::string("ReLU.so"), std::string(".."), std::string("./ReLU"),
        std::string("\"ReLU \"")}) {
    const bool quoted = type[0] == '"';
    check_refused(
        folder, file_of(type), {}, {},
        {fmt::format("graph.yaml:3:13: error: node 'y': '{}' is not a name of a node type: a letter, then",
                     quoted ? "ReLU " : type)});
  }
  // The same for programs.
  const Outcome o = run_tool("graph-runner", {folder.write("graph.yaml", file_of("../x")), "--json"});
  const auto event = nlohmann::json::parse(o.out);
  CHECK(o.code == 2);
  CHECK(event["event"] == "error");
  CHECK(event["line"] == 3);
  CHECK(event["column"] == 13);
}

TEST_CASE("a directory that is meant may be relative, stand twice, or be a link") {
  const TemporaryFolder folder;
  fs::create_directory(folder.path() / "mine");
  fs::copy_file(test_plugins() / "Swish.so", folder.path() / "mine" / "Swish.so");
  fs::create_directory_symlink("mine", folder.path() / "link");
  const std::string file = folder.write("graph.yaml", file_of("Swish"));
  for (const std::vector<std::string>& options :
       {std::vector<std::string>{"--plugins", "mine"},
        {"--plugins", "./mine/../mine/"},
        {"--plugins", "link"},
        {"--plugins", "mine", "--plugins", "link", "--plugins", (folder.path() / "mine").string()}}) {
    std::vector<std::string> arguments{file};
    arguments.insert(arguments.end(), options.begin(), options.end());
    const Outcome o = run_tool("graph-runner", arguments, folder.path());
    INFO(o.err);
    CHECK(o.code == 0);
    arguments[0] = "Swish";
    CHECK(contains(run_tool("graph-inspect", arguments, folder.path()).out,
                   (folder.path() / "mine" / "Swish.so").string()));
  }
}
