// Plugins: the SDK's features and the contract's refusals.
#include <graph_runner/node.hpp>

#include <fstream>

#include "tests/support.hpp"

using namespace graph_runner;
using namespace graph_runner::test;
namespace fs = std::filesystem;

namespace {

// A copy of a tool with its own standard plugins, less one.
std::string tool_without(const TemporaryFolder& folder, const std::string& missing) {
  fs::create_directory(folder.path() / "plugins");
  for (const auto& plugin : fs::directory_iterator(build_folder() / "plugins"))
    if (plugin.path().stem() != missing)
      fs::copy_file(plugin.path(), folder.path() / "plugins" / plugin.path().filename());
  fs::copy_file(build_folder() / "graph-runner", folder.path() / "graph-runner");
  return (folder.path() / "graph-runner").string();
}

}  // namespace

// ---- What an author can use

TEST_CASE(
    "a node type may have attributes of every kind, optional and many inputs, several, saved and discrete "
    "outputs") {
  const Graph g = graph(R"(
inputs: {x: [2, 3], bias: [3], p: [n], q: [n], r: [n]}
nodes:
  all: {type: Everything, in: {x: x, bias: bias, parts: [p, q]}, times: 4, scale: 1/4, negate: true, extra: n, weights: [1, 2]}
  few: {type: Everything, in: {x: x, parts: r}, mode: ignore}
)");
  CHECK(g.sizes().text(g.values()[g.find("all.z")].shape) == "[2*n]");
  CHECK(g.sizes().text(g.values()[g.find("few.z")].shape) == "[n + 3]");
  PlanRequest r;
  r.sizes = {{"n", 2}};
  r.seeds = {g.find("all.y"), g.find("all.z"), g.find("few.y")};
  r.keep = {g.find("all.rounded"), g.find("few.z")};
  for (const char* name : {"x", "bias", "p", "q"}) r.wanted.push_back(g.find(name));
  Machine m(g, r);
  m.set("x", {1, 2, 3, 4, 5.5, -6.5});
  m.set("bias", {10, 20, 30});
  m.set("p", {1, 2});
  m.set("q", {3, 4});
  m.set("r", {5, 6});
  m.walk();
  CHECK(m.value("all.y") == std::vector<double>{9, 18, 27, 6, 14.5, 36.5});
  CHECK(m.value("all.z") == std::vector<double>{12, 18, 0, 0});
  CHECK(m.value("all.rounded") == std::vector<double>{1, 2, 3, 4, 5, -7});
  CHECK(m.value("few.z") == std::vector<double>{10, 12, 0, 0, 0});
  CHECK(m.gradient("x") == std::vector<double>(6, -1 + 1));
  CHECK(m.gradient("bias") == std::vector<double>(3, 2));
  CHECK(m.gradient("p") == std::vector<double>(2, 3));
  CHECK(m.gradient("q") == std::vector<double>(2, 3));
}

TEST_CASE("an output that no gradient reaches counts as zero while another of its node has one") {
  const Graph g = graph("inputs: {x: [3], p: [2]}\nnodes: {e: {type: Everything, in: {x: x, parts: p}}}");
  PlanRequest r;
  r.seeds = {g.find("e.y")};
  r.wanted = {g.find("x"), g.find("p")};
  CHECK_NOTHROW(Plan(g, r));
  r.seeds = {g.find("e.z")};
  r.wanted = {g.find("p"), g.find("x")};
  Machine m(g, r);
  m.set("x", {1, 2, 3});
  m.set("p", {1, 2});
  for (int i = 0; i < 2; ++i) {
    m.walk();
    CHECK(m.gradient("p") == std::vector<double>{2, 2});
    CHECK(m.gradient("x") == std::vector<double>{0, 0, 0});
  }
}

TEST_CASE("attribute values are checked against their description") {
  const auto error = [](const std::string& attributes) {
    return error_of("inputs: {x: [2, 3], p: [n]}\nnodes: {e: {type: Everything, in: {x: x, parts: p}, " +
                    attributes + "}}");
  };
  CHECK(error("times: 9").empty());
  CHECK(contains(error("times: 10"), "found 10, expected an integer of at least 1 and at most 9"));
  CHECK(contains(error("times: 1.5"), "found '1.5', expected an integer"));
  CHECK(contains(error("scale: 0"), "found 0, expected a number above 0 and below 10"));
  CHECK(contains(error("negate: yes"), "found 'yes', expected true or false"));
  CHECK(contains(error("mode: adds"), "found 'adds', expected 'add' or 'ignore' (did you mean 'add'?)"));
  CHECK(error("weights: 1").empty());  // a list of one
  CHECK(contains(error("weights: heavy"), "found 'heavy', expected a list of 1 to 3 numbers"));
  CHECK(contains(error("weights: [1, 2, 3, 4]"), "found 4 entries, expected a list of 1 to 3 numbers"));
  CHECK(contains(error("extra: m"), "no input has a size called 'm'"));
  CHECK(contains(error("extra: -1"), "found -1, expected a size of at least 0"));
  CHECK(contains(error("time: 1"), "Everything has no attribute 'time' (did you mean 'times'?)"));
}

TEST_CASE("a shape that the plugin itself refuses is an error with its reason") {
  CHECK(contains(error_of("inputs: {x: [3], p: [13]}\nnodes: {e: {type: Everything, in: {x: x, parts: p}}}"),
                 "node 'e' (Everything): 13 brings bad luck"));
}

TEST_CASE("a plugin in plain C takes part, with the scalars that it supports") {
  const Graph g =
      graph("inputs: {x: [2]}\nnodes: {y: {type: Plain, in: x}, z: {type: Multiply, in: [y, x]}}");
  PlanRequest r;
  r.seeds = {g.find("z")};
  r.wanted = {g.find("x")};
  Machine m(g, r);
  m.set("x", {3, 4});
  m.walk();
  CHECK(m.gradient("x") == std::vector<double>{6, 8});
  r.scalar = ScalarType::dual64;
  CHECK_THROWS_WITH_AS(Plan(g, r), doctest::Contains("node 'y': Plain does not support the scalar dual"),
                       Error);
}

TEST_CASE("two plugins that define a struct of one name do not share a kernel, in either order") {
  for (const auto& [first, second] : {std::pair("ClashOne", "ClashTwo"), std::pair("ClashTwo", "ClashOne")}) {
    const TemporaryFolder folder;
    const std::string file =
        folder.write("clash.yaml", fmt::format("inputs: {{x: [n, 1]}}\nnodes:\n  a: {{type: {}, in: x}}\n  "
                                               "b: {{type: {}, in: a}}\ndata: {{train: {{x: [[5]]}}}}\n",
                                               first, second));
    const Outcome o = run_tool("graph-runner", {file, "--json", "--plugins", test_plugins().string()});
    CHECK(o.code == 0);
    CHECK(contains(o.out, first == std::string("ClashOne") ? "[12.0]" : "[11.0]"));
  }
}

// ---- What the SDK refuses when a plugin is loaded

namespace {

template <class Node>
std::string refusal() {
  char error[512] = "";
  CHECK(PluginTable<Node>::get("Node", error, sizeof error) == nullptr);
  return error;
}

struct TooFew {
  static void describe(Spec<TooFew>& s) {
    s.input("x", "...");
    s.output("y", "...");
  }
  template <class T>
  void forward(Flat<T>) const {}
};
struct TooMany {
  static void describe(Spec<TooMany>& s) {
    s.input("x", "...");
    s.output("y", "...");
  }
  template <class T>
  void forward(Flat<T>, Out<Flat<T>>, Out<Flat<T>>) const {}
};
struct WrongView {
  static void describe(Spec<WrongView>& s) {
    s.input("x", "... n");
    s.output("y", "... n");
  }
  template <class T>
  void forward(Mat<T>, Out<Rows<T>>) const {}
};
struct NotOut {
  static void describe(Spec<NotOut>& s) {
    s.input("x", "n");
    s.output("y", "n");
  }
  template <class T>
  void forward(Row<T>, Row<T>) const {}
};
struct NoGrad {
  static void describe(Spec<NoGrad>& s) {
    s.input("x", "n");
    s.output("y", "n");
  }
  template <class T>
  void forward(Row<T>, Out<Row<T>>) const {}
  template <class T>
  void backward(Row<T>, Unread, Row<T>, Row<T>) const {}
};
struct NotMany {
  static void describe(Spec<NotMany>& s) {
    s.input("x", "n").many();
    s.output("y", "n");
  }
  template <class T>
  void forward(Row<T>, Out<Row<T>>) const {}
};
struct OutOfOrder {
  static void describe(Spec<OutOfOrder>& s) {
    s.output("y", "n");
    s.input("x", "n");
  }
  template <class T>
  void forward(Out<Row<T>>, Row<T>) const {}
};

}  // namespace

TEST_CASE("kernel arguments that disagree with describe are refused, naming the port") {
  CHECK(refusal<TooFew>() ==
        "forward: takes 1 arguments but describe() declares 2; the first one missing is port 'y'");
  CHECK(refusal<TooMany>() == "forward: takes more arguments than the 2 that describe() declares");
  CHECK(refusal<WrongView>() ==
        "forward: argument 1, port 'x', of shape \"... n\" does not fit Mat (rank 2)");
  CHECK(refusal<NotOut>() == "forward: argument 2, port 'y', should be Out<…>");
  CHECK(refusal<NoGrad>() == "backward: argument 4, the gradient of port 'x', should be Grad<…>");
  CHECK(refusal<NotMany>() == "forward: argument 1, port 'x', takes Many<…>");
  CHECK(contains(refusal<OutOfOrder>(), "port 'x' is declared out of order"));
}

// ---- What the registry refuses

TEST_CASE(
    "with ReLU.so taken away the run ends with exit 2, naming line, type and the directories searched") {
  const TemporaryFolder folder;
  const std::string tool = tool_without(folder, "ReLU");
  const std::string file = (source_folder() / "graphs" / "mlp.yaml").string();

  const Outcome o = run_tool(tool, {file});
  CHECK(o.code == 2);
  CHECK(contains(o.err, "mlp.yaml:9:18: error: node 'active': unknown node type 'ReLU'"));
  CHECK(contains(o.err, (folder.path() / "plugins").string()));
  CHECK(o.out.empty());
}

TEST_CASE("plugin files that are no plugins are refused with the reason") {
  const TemporaryFolder folder;
  const auto refused = [&](const std::string& type) {
    Registry r({folder.path()});
    try {
      r.get(type);
    } catch (const Error& e) {
      CHECK(e.exit() == Exit::bad_request);
      return std::string(e.what());
    }
    return std::string("accepted");
  };
  folder.write("Text.so", "not a shared object");
  folder.write("Empty.so", "");
  fs::copy_file(build_folder() / "plugins" / "ReLU.so", folder.path() / "Other.so");
  CHECK(contains(refused("Text"), "Text.so: cannot be loaded: "));
  CHECK(contains(refused("Empty"), "Empty.so: cannot be loaded: "));
  CHECK(contains(refused("Other"), "provides the type 'ReLU' but its file name says 'Other'"));
  CHECK(contains(refused("Othr"), "unknown node type 'Othr' (did you mean 'Other'?)"));
  CHECK(contains(refused("../ReLU"), "'../ReLU' is not a name of a node type"));
  CHECK(contains(refused(std::string(65, 'a')), "is not a name of a node type"));
  CHECK(contains(refused(""), "is not a name of a node type"));
}

TEST_CASE("a type in two directories, and a directory that everybody may write to, are refused") {
  const TemporaryFolder one, two;
  for (const auto* folder : {&one, &two})
    fs::copy_file(build_folder() / "plugins" / "ReLU.so", folder->path() / "ReLU.so");
  CHECK_THROWS_WITH_AS(Registry({one.path(), two.path()}),
                       doctest::Contains("stands in two plugin directories"), Error);
  CHECK_NOTHROW(Registry({one.path(), one.path()}));
  fs::permissions(two.path(), fs::perms::all);
  CHECK_THROWS_WITH_AS(Registry({two.path()}), doctest::Contains("everybody may write to it"), Error);
  CHECK_THROWS_WITH_AS(Registry({one.path() / "ReLU.so"}), doctest::Contains("not a directory"), Error);
}
