// The ABI lasts: plugins in C, of other compilers and of other minor versions work side by side; what does
// not fit is refused with file, found and expected.
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/support.hpp"

using namespace graph_runner;
using namespace graph_runner::test;
namespace fs = std::filesystem;

namespace {

// A folder of copies of tests/abi/Table.c's plugin, each of which is what its name says.
struct Tables {
  std::string refusal(const std::string& name) {
    const fs::path file = folder.path() / (name + ".so");
    fs::copy_file(build_folder() / "abi" / "Table.so", file);
    try {
      Registry({folder.path()}).get(name);
    } catch (const Error& e) {
      CHECK(e.exit() == Exit::bad_request);
      CHECK(contains(e.what(), file.string()));
      return e.what();
    }
    return "accepted";
  }
  TemporaryFolder folder;
};

}  // namespace

TEST_CASE("a plugin in C trains mlp.yaml in place of ReLU with the same losses") {
  const TemporaryFolder folder;
  std::string text = read_file(source_folder() / "graphs" / "mlp.yaml");
  const auto replace = [&](const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    text.replace(at, from.size(), to);
  };
  const auto losses = [&] {
    const Outcome o =
        run_tool("graph-runner", {folder.write("mlp.yaml", text), "--json", "--data",
                                  (source_folder() / "data").string(), "--plugins", test_plugins().string()});
    INFO(o.err);
    CHECK(o.code == 0);
    std::string all;
    std::istringstream lines(o.out);
    for (std::string line; std::getline(lines, line);)
      if (const auto event = nlohmann::json::parse(line); event["event"] == "epoch")
        all += event["train"].dump() + " " + event["test"].dump() + "\n";
    return all;
  };
  replace("epochs: 5", "epochs: 2");
  replace("test.hits: 0.97", "test.hits: 0.95");
  const std::string ours = losses();
  CHECK(contains(ours, "loss"));
  replace("type: ReLU", "type: Rectifier");
  CHECK(losses() == ours);  // the same arithmetic: the same bits
}

TEST_CASE("one node built by several compilers gives equal results in one process") {
  std::vector<std::string> names;
  const fs::path folder = build_folder() / "abi" / "compilers";
  for (const char* name : {"ByGccPlain", "ByGccNative", "ByClang"})
    if (fs::exists(folder / (std::string(name) + ".so")))
      names.push_back(name);
    else
      MESSAGE("not built, for want of its compiler: ", name);
  REQUIRE(!names.empty());
  Registry compiled({folder, build_folder() / "plugins"});
  std::string yaml = "inputs: {x: [n, 5]}\nparameters: {W: {shape: [4, 5], init: he}}\nnodes:\n";
  for (const std::string& name : names)
    yaml += fmt::format("  {0}: {{type: {0}, in: {{x: x, W: W}}, units: 4}}\n", name);
  const Graph g = build_graph(read_graph_text(yaml, "compilers.yaml", compiled), compiled);
  std::vector<std::vector<double>> values, by_input, by_parameter;
  for (const std::string& name : names) {
    PlanRequest r;
    r.sizes = {{"n", 37}};
    r.seeds = {g.find(name)};
    r.wanted = {g.find("x"), g.find("W")};
    Machine m(g, r);
    std::vector<double> x(37 * 5);
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = std::sin(double(i));
    m.set("x", x);
    m.walk();
    values.push_back(m.value(name));
    by_input.push_back(m.gradient("x"));
    by_parameter.push_back(m.gradient("W"));
  }
  for (const auto* results : {&values, &by_input, &by_parameter})
    for (std::size_t compiler = 1; compiler < names.size(); ++compiler)
      for (std::size_t i = 0; i < (*results)[0].size(); ++i)
        CHECK((*results)[compiler][i] == doctest::Approx((*results)[0][i]).epsilon(1e-13));
}

TEST_CASE("plugins of an older and of a newer minor version work") {
  const TemporaryFolder folder;
  for (const char* name : {"Right", "OlderMinor", "NewerMinor"})
    fs::copy_file(build_folder() / "abi" / "Table.so", folder.path() / (std::string(name) + ".so"));
  Registry tables({folder.path()});
  for (const char* name : {"Right", "OlderMinor", "NewerMinor"}) {
    INFO(name);
    const NodeType& type = tables.get(name);
    CHECK(type.differentiable() == (name != std::string("OlderMinor")));  // its table ends before `backward`
    const Graph g = build_graph(
        read_graph_text(fmt::format("inputs: {{x: [2]}}\nnodes: {{y: {{type: {}, in: x, factor: 3}}}}", name),
                        "minor.yaml", tables),
        tables);
    PlanRequest r;
    r.keep = {g.find("y")};
    if (type.differentiable()) {
      r.seeds = {g.find("y")};
      r.wanted = {g.find("x")};
    }
    Machine m(g, r);
    m.set("x", {1, -2});
    m.walk();
    CHECK(m.value("y") == std::vector<double>{3, -6});
    if (type.differentiable()) CHECK(m.gradient("x") == std::vector<double>{3, 3});
  }
}

TEST_CASE(
    "another major version is refused with file, found and expected, and so are a wrong magic and type "
    "count") {
  Tables tables;
  const std::string major = tables.refusal("OtherMajor");
  CHECK(contains(major, fmt::format("{}.3 of the plugin ABI", GR_ABI_MAJOR + 1)));
  CHECK(contains(major, fmt::format("{}.{}", GR_ABI_MAJOR, GR_ABI_MINOR)));
  CHECK(contains(tables.refusal("WrongMagic"), "magic"));
  CHECK(contains(tables.refusal("NoType"), "0 node types"));
  CHECK(contains(tables.refusal("TwoTypes"), "2 node types"));
  CHECK(tables.refusal("NullTypes") != "accepted");
  CHECK(tables.refusal("NullType") != "accepted");
}

TEST_CASE("a table with a struct of a wrong size or a null pointer is refused, naming it") {
  Tables tables;
  CHECK(contains(tables.refusal("EmptyPlugin"), "the size of its table is 0, expected 40 or more"));
  CHECK(contains(tables.refusal("ShortPlugin"), "the size of its table is "));
  CHECK(contains(tables.refusal("EmptyType"), "the size of the node type in its table is 0, expected "));
  CHECK(contains(tables.refusal("ShortType"),
                 "the size of the node type in its table is 96, expected 104 or more"));
  CHECK(contains(tables.refusal("EmptyPort"), "the size of a port in its table is 0"));
  CHECK(contains(tables.refusal("ShortPort"), "the size of a port in its table is 32"));
  CHECK(contains(tables.refusal("EmptyAttribute"), "the size of an attribute in its table is 0"));
  CHECK(contains(tables.refusal("ShortAttribute"), "the size of an attribute in its table is 48"));
  CHECK(contains(tables.refusal("EmptyValue"), "the size of an attribute's default in its table is 0"));
  CHECK(contains(tables.refusal("NullPort"), "a null pointer in the place of a port"));
  CHECK(contains(tables.refusal("NullAttribute"), "a null pointer in the place of an attribute"));
  CHECK(contains(tables.refusal("NullChoices"), "attribute 'factor' lacks its choices"));
}
