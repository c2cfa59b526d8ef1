// The gradient check of whole graphs, and the tool.
#include <cmath>
#include <nlohmann/json.hpp>
#include <sstream>

#include "analysis/graph_check.hpp"
#include "tests/support.hpp"

using namespace graph_runner;
using namespace graph_runner::test;

namespace {

GraphCheck check(const std::string& yaml) { return check_graph(graph(yaml), {}); }

const WholeCheck& by(const GraphCheck& c, const std::string& name) {
  for (const WholeCheck& w : c.whole)
    if (w.name == name) return w;
  FAIL("nothing is differentiated by ", name);
  return c.whole[0];
}

std::vector<nlohmann::json> events(const std::string& out) {
  std::vector<nlohmann::json> all;
  std::istringstream lines(out);
  for (std::string line; std::getline(lines, line);) all.push_back(nlohmann::json::parse(line));
  return all;
}

// A plugin with one mistake in backward (tests/mutants), in a folder of its own.
struct WrongPlugin {
  TemporaryFolder folder;
  explicit WrongPlugin(const std::string& name) {
    std::filesystem::copy_file(build_folder() / "mutants" / "mutant.so", folder.path() / (name + ".so"));
  }
  std::string path() const { return folder.path().string(); }
};

}  // namespace

TEST_CASE("all 101,770 parameters and both inputs of the homework's network are checked, without its data") {
  const Outcome o = run_tool("grad-check", {"--json", "graphs/mlp.yaml"}, source_folder());
  CHECK(o.code == 0);
  const auto verdict = events(o.out).back();
  CHECK(verdict["event"] == "verdict");
  CHECK(verdict["ok"] == true);
  CHECK(verdict["parameters"] == 101770);
  CHECK(verdict["inputs"] == 2);
  CHECK(verdict["points"] == 4);
  CHECK(verdict["worst"].get<double>() < 1e-12);
  CHECK(verdict["checked"].get<int>() > 400000);
}

TEST_CASE("every graph file that comes with the program passes") {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(source_folder() / "graphs"))
    if (entry.path().extension() == ".yaml" && entry.path().filename() != "char-transformer.yaml")
      files.push_back(entry.path().string());  // that one takes minutes, longer than a test may
  CHECK(files.size() >= 5);
  const Outcome o = run_tool("grad-check", files);
  INFO(o.out, o.err);
  CHECK(o.code == 0);
  CHECK(o.err.empty());
}

TEST_CASE("a value used three times, a tied parameter and an input fed twice to one node pass") {
  const GraphCheck c = check(R"(
inputs: {x: [batch, 3]}
nodes:
  encode: {type: Linear, in: x, units: 3}
  again:  {type: Linear, in: {x: encode, W: encode.W}, units: 3}
  square: {type: Multiply, in: [encode, encode]}
  joined: {type: Concat, in: [encode, again, square]}
  loss:   {type: SquaredNorm, in: joined}
)");
  CHECK(c.ok());
  CHECK(by(c, "encode.W").measures[exact_measure].entries > 0);
  CHECK(c.parameters() == 9 + 3 + 3);
}

TEST_CASE("a chain of 1,000 nodes passes, and takes seconds at most") {
  std::string yaml = "inputs: {x: [batch, 3]}\nnodes:\n  n0: {type: Linear, in: x, units: 3}\n";
  for (int i = 1; i < 1000; ++i)
    yaml += fmt::format("  n{}: {{type: {}, in: n{}{}}}\n", i, i % 2 ? "Tanh" : "Linear", i - 1,
                        i % 2 ? "" : ", units: 3");
  const GraphCheck c = check(yaml);
  CHECK(c.ok());
  CHECK(c.parameters() == 500 * 12);
  for (const WholeCheck& w : c.whole) CHECK(w.measures[exact_measure].entries > 0);
}

TEST_CASE("a graph that ends in a vector, and in several outputs, is checked with random cotangents") {
  const GraphCheck c = check(R"(
inputs: {x: [batch, 2]}
nodes:
  a: {type: Linear, in: x, units: 4}
  b: {type: Tanh, in: a}
  c: {type: Softmax, in: a}
)");
  CHECK(c.ok());
  CHECK(c.objective == "b, c");
}

TEST_CASE("a ReLU whose input is exactly 0 passes: a kink is counted, not failed") {
  const GraphCheck c = check(R"(
inputs: {x: {shape: [2, 2], value: [[0, 1], [-1, 0]]}}
nodes:
  y: {type: ReLU, in: x}
  f: {type: SquaredNorm, in: y}
)");
  CHECK(c.ok());
  CHECK(c.kinks() > 0);
}

TEST_CASE("a gradient that cancels to nothing, and a function that bends at its kink alone, are right") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    GraphCheckRequest request;
    request.seed = seed;
    const Graph shift = graph("inputs: {z: [2], c: []}\nnodes: {q: softmax(z + c)}");
    CHECK(check_graph(shift, request).ok());
    const Graph bend =
        graph("inputs: {h: [3], y: [3]}\nnodes: {L: norm2(y - relu(h))^2, M: norm2(relu(h))^2}");
    CHECK(check_graph(bend, request).ok());
    const Graph quotient = graph("inputs: {S: [n, n], x: [n]}\nnodes: {r: \"x'*S*x/(x'*x)\"}");
    CHECK(check_graph(quotient, request).ok());
  }
}

TEST_CASE("sizes are drawn unequal, at 1 and equal, and inputs in the domains of their ports") {
  const GraphCheck c = check(R"(
inputs: {scores: [batch, n], target: [batch, n], x: {shape: [n], from: 2, to: 3}}
nodes:
  loss: {type: CrossEntropy, in: [scores, target]}
  log:  {type: Log, in: x}
)");
  CHECK(c.ok());
  CHECK(c.redrawn == 0);
}

TEST_CASE("where nothing differentiable is reached, the check fails and says why") {
  const TemporaryFolder folder;
  const auto run = [&](const std::string& yaml) {
    const Outcome o = run_tool("grad-check", {folder.write("g.yaml", yaml)});
    CHECK(o.code == 1);
    return o.out;
  };
  CHECK(contains(run("inputs: {a: [3, 2], b: [3, 2]}\nnodes: {y: {type: Accuracy, in: [a, b]}}"),
                 "FAILED: every output of the graph is discrete"));
  CHECK(
      contains(run("nodes: {y: {type: Ones, shape: [2]}}"),
               "FAILED: the graph has neither parameters nor inputs: there is nothing to differentiate by"));
  CHECK(contains(run_tool("grad-check", {"--type", "Accuracy"}).out,
                 "FAILED: not one entry of a gradient was checked"));
}

TEST_CASE("values that are not finite at most points are an error that names the node and the remedy") {
  const TemporaryFolder folder;
  const std::string file =
      folder.write("g.yaml",
                   "inputs: {x: [3]}\nnodes:\n  low: {type: Negate, in: half}\n  half: {type: Exp, in: x}\n"
                   "  y: {type: Log, in: low}\n");
  const Outcome o = run_tool("grad-check", {file});
  CHECK(o.code == 2);
  CHECK(contains(o.err, "g.yaml:5:3: error: node 'y' (Log): at "));
  CHECK(contains(o.err, "random points its value is not finite; give the inputs that it depends on a range"));
}

TEST_CASE("a wrong node is named, with port, entry, the three values and the mistake, and saved as a case") {
  const WrongPlugin wrong("Linear__sign__1");
  const TemporaryFolder folder;
  const std::string file = folder.write("g.yaml", R"(
inputs: {x: [batch, 3]}
nodes:
  first:  {type: Linear, in: x, units: 4}
  active: {type: Tanh, in: first}
  second: {type: Linear__sign__1, in: active, units: 2}
  loss:   {type: SquaredNorm, in: second}
)");
  const std::string saved = folder.path() / "case.yaml";
  Outcome o =
      run_tool("grad-check", {file, "--plugins", wrong.path(), "--save-case", "case.yaml"}, folder.path());
  INFO(o.out, o.err);
  CHECK(o.code == 1);
  CHECK(contains(o.out, "node 'second' (Linear__sign__1): the gradient of port 'W' is wrong at ["));
  CHECK(contains(o.out, "diagnosis: the sign is wrong: it is -1 times the right value"));
  CHECK(contains(o.out, "graph: so the gradient of the objective is wrong by 'second.W'\n"));
  CHECK(contains(o.out, "FAILED: 1 of 4 nodes, and 1 of 5 gradients of the graph, are wrong"));
  CHECK(contains(o.err, "saved the failing case of node 'second'"));
  // The case is a graph file of its own, with the same values, that fails alike; and holds for the right
  // node.
  const std::string text = read_file(saved);
  CHECK(contains(text, "type: Linear__sign__1"));
  o = run_tool("grad-check", {saved, "--plugins", wrong.path()});
  CHECK(o.code == 1);
  CHECK(contains(o.out, "the sign is wrong"));
  std::string right = text;
  while (contains(right, "Linear__sign__1")) right.replace(right.find("Linear__sign__1"), 15, "Linear");
  o = run_tool("grad-check", {folder.write("right.yaml", right)});
  INFO(o.out, o.err);
  CHECK(o.code == 0);
  o = run_tool("graph-runner", {folder.path() / "right.yaml"});  // and has values
  CHECK(o.code == 0);
}

TEST_CASE("a node that loses what was summed before it fails where a value fans out") {
  const WrongPlugin wrong("Tanh__lost__0");
  const TemporaryFolder folder;
  const std::string file = folder.write("g.yaml", R"(
inputs: {x: [batch, 3]}
nodes:
  a: {type: Tanh__lost__0, in: x}
  b: {type: ReLU, in: x}
  c: {type: Add, in: [a, b]}
)");
  const Outcome o = run_tool("grad-check", {file, "--plugins", wrong.path()});
  INFO(o.out);
  CHECK(o.code == 1);
  CHECK(contains(o.out, "node 'a' (Tanh__lost__0): the gradient of port 'x' does not add to what is there"));
  CHECK(contains(o.out, "where a value fans out, all branches but one are dropped"));
  CHECK(contains(o.out, "graph: so the gradient of the objective is wrong by 'x'\n"));
}

TEST_CASE("a wrong entry among 100,000 is found by halving") {
  const WrongPlugin wrong("Linear__entry__1");
  const TemporaryFolder folder;
  const std::string file = folder.write(
      "g.yaml", "inputs: {x: [batch, 784]}\nnodes: {y: {type: Linear__entry__1, in: x, units: 128}}");
  const Outcome o = run_tool("grad-check", {file, "--plugins", wrong.path()});
  CHECK(o.code == 1);
  CHECK(contains(o.out, "the gradient of port 'W' is wrong at [128, 784]"));
  CHECK(contains(o.out, "diagnosis: one entry alone is wrong, [128, 784]"));
}

TEST_CASE("a plugin without duals is checked by differences alone, and the report says so") {
  const Outcome o = run_tool("grad-check", {"--type", "Plain", "--plugins", test_plugins()});
  CHECK(o.code == 0);
  CHECK(contains(o.out, "note: Plain does not support duals: it is checked by differences alone"));
  const TemporaryFolder folder;
  const Outcome graph =
      run_tool("grad-check", {folder.write("g.yaml", "inputs: {x: [2]}\nnodes: {y: {type: Plain, in: x}}"),
                              "--plugins", test_plugins()});
  CHECK(graph.code == 0);
  CHECK(contains(graph.out, "the whole graph is checked by differences alone"));
}

TEST_CASE("with --json each node, method and finding is one event, and the verdict comes last") {
  const WrongPlugin wrong("Sin__factor__0");
  const Outcome o = run_tool("grad-check", {"--json", "--type", "Sin__factor__0", "--plugins", wrong.path()});
  CHECK(o.code == 1);
  const auto all = events(o.out);
  CHECK(all.front()["event"] == "check");
  CHECK(all.front()["method"] == "exact");
  CHECK(all.front()["ok"] == false);
  bool found = false;
  for (const auto& e : all)
    if (e["event"] == "finding" && e.contains("port")) {
      found = true;
      CHECK(e["port"] == "x");
      CHECK(e["diagnosis"] == "it is twice the right value");
      CHECK(e["backward"].get<double>() == doctest::Approx(2 * e["exact"].get<double>()));
      CHECK(e["numeric"].get<double>() == doctest::Approx(e["exact"].get<double>()).epsilon(1e-6));
    }
  CHECK(found);
  CHECK(all.back()["event"] == "verdict");
  CHECK(all.back()["ok"] == false);
}

TEST_CASE("the same seed gives the same output, another seed other points") {
  const auto run = [&](const char* seed) {
    return run_tool("grad-check", {"graphs/two-inputs.yaml", "--seed", seed}, source_folder()).out;
  };
  CHECK(run("1") == run("1"));
  CHECK(run("1") != run("2"));
}

TEST_CASE("grad-check refuses a request that it cannot understand") {
  CHECK(run_tool("grad-check", {}).code == 2);
  CHECK(run_tool("grad-check", {"--all", "graphs/xor.yaml"}, source_folder()).code == 2);
  CHECK(run_tool("grad-check", {"--type", "Linaer"}).code == 2);
  CHECK(run_tool("grad-check", {"--all", "--draws", "0"}).code == 2);
  CHECK(run_tool("grad-check", {"nowhere.yaml"}).code == 4);
  const WrongPlugin wrong("Sin__sign__0");
  const Outcome o = run_tool("grad-check", {"--type", "Sin__sign__0", "--plugins", wrong.path(),
                                            "--save-case", "/nowhere/case.yaml"});
  CHECK(o.code == 4);
  CHECK(contains(o.err, "/nowhere/case.yaml: cannot be written: No such file or directory"));
}

TEST_CASE("an input may declare its value, which graph-runner uses and training keeps") {
  const TemporaryFolder folder;
  Outcome o = run_tool("graph-runner", {folder.write("v.yaml",
                                                     "inputs: {x: {shape: [2], value: [1, -2]}}\n"
                                                     "nodes: {y: {type: ReLU, in: x}}")});
  CHECK(o.code == 0);
  CHECK(o.out == "y [2]\n  1  0\n");
  o = run_tool("graph-runner", {folder.write("t.yaml", R"(
inputs: {target: {shape: [1, 2], value: [[3, -4]]}}
parameters: {p: {shape: [1, 2], init: zeros}}
nodes: {loss: {type: SquaredLoss, in: [p, target]}}
train: {minimize: loss, optimizer: {type: SGD, rate: 0.25}, epochs: 40, require: {train.loss: 1e-9}}
)")});
  INFO(o.out, o.err);
  CHECK(o.code == 0);
  o = run_tool("graph-inspect", {folder.write("w.yaml",
                                              "inputs: {x: {shape: [n], value: [1, 2]}}\n"
                                              "nodes: {y: {type: ReLU, in: x}}")});
  CHECK(o.code == 2);
  CHECK(contains(
      o.err, "input 'x': its value has shape [2]; expected its declared shape, in numbers, to be the same"));
}
