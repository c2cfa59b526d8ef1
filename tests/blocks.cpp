// Blocks: graphs that are used like node types.
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "exchange/expand.hpp"
#include "exchange/writers.hpp"
#include "tests/support.hpp"

using namespace graph_runner;
using namespace graph_runner::test;
using Json = nlohmann::ordered_json;

namespace {

// A residual block of n features, and one use of it as `use` says.
std::string residual(const std::string& use) {
  return R"(
inputs: {image: [batch, 3]}
blocks:
  Residual:
    inputs: {x: "... n"}
    attributes: {units: 64}
    nodes:
      hidden: {type: Linear, in: x, units: units}
      active: {type: Tanh, in: hidden}
      back: {type: Linear, in: active, units: n}
      y: x + back
    output: y
nodes:
  stage: {type: Residual, in: image)" +
         use + "}\n";
}

std::vector<std::string> names_of_nodes(const Graph& g) {
  std::vector<std::string> names;
  for (const Node& n : g.nodes())
    if (!n.inner()) names.push_back(n.name);
  return names;
}
std::vector<std::string> names_of_parameters(const Graph& g) {
  std::vector<std::string> names;
  for (const ValueId v : g.parameters()) names.push_back(g.values()[v].name);
  return names;
}
using Names = std::vector<std::string>;

// What a graph of two samples of three features computes from the initial parameters, and the gradient of the
// sum of that by the samples.
std::pair<std::vector<double>, std::vector<double>> walked(const std::string& yaml, const std::string& value,
                                                           const std::string& input = "image") {
  const Graph g = graph(yaml);
  PlanRequest request;
  request.sizes = {{"batch", 2}};
  request.seeds = {g.find(value)};
  request.wanted = {g.find(input)};
  Machine m(g, request);
  m.parameters.initialise(g, request.sizes, 1);
  m.set(input, {1, -2, 0.5, 0.25, 3, -1});
  m.walk();
  return {m.value(value), m.gradient(input)};
}

// A text without the lines that are comments.
std::string without_comments(const std::string& text) {
  std::istringstream lines(text);
  std::string out;
  for (std::string line; std::getline(lines, line);)
    if (line.find('#') != line.find_first_not_of(' ')) out += line + "\n";
  return out;
}

std::string shape(const Graph& g, const std::string& name) {
  return g.sizes().text(g.values()[g.find(name)].shape);
}

}  // namespace

TEST_CASE("a use stands for the nodes of its block, named after it, with the attributes that it gives") {
  const Graph g = graph(residual(", units: 8"));
  CHECK(names_of_nodes(g) == Names{"stage.hidden", "stage.active", "stage.back", "stage.y"});
  CHECK(shape(g, "stage.hidden") == "[batch, 8]");
  CHECK(shape(g, "stage") == "[batch, 3]");
  CHECK(g.find("stage") == g.find("stage.y"));
  CHECK(shape(graph(residual("")), "stage.hidden") == "[batch, 64]");
}

TEST_CASE("a use computes what its nodes do where they are written by hand, from the same initial values") {
  const std::string by_hand = R"(
inputs: {image: [batch, 3]}
nodes:
  stage.hidden: {type: Linear, in: image, units: 8}
  stage.active: {type: Tanh, in: stage.hidden}
  stage.back: {type: Linear, in: stage.active, units: 3}
  stage.y: {type: Add, in: [image, stage.back]}
)";
  CHECK(walked(residual(", units: 8"), "stage") == walked(by_hand, "stage.y"));
}

TEST_CASE("of a node of one output, whose name suffices, another may have the name by the port") {
  const Graph g = graph(R"(
inputs: {x: [2]}
nodes:
  a: {type: Copy, in: a.y}
  a.y: {type: ReLU, in: x}
  f: sum(a.y) + sum(a)
)");
  CHECK(g.find("a.y") != g.find("a"));
}

TEST_CASE("repetitions are a chain, with numbers in the names") {
  const Graph g = graph(residual(", units: 8, repeat: 3"));
  CHECK(names_of_nodes(g).size() == 12);
  CHECK(names_of_parameters(g) == Names{"stage.1.hidden.W", "stage.1.hidden.b", "stage.1.back.W",
                                        "stage.1.back.b", "stage.2.hidden.W", "stage.2.hidden.b",
                                        "stage.2.back.W", "stage.2.back.b", "stage.3.hidden.W",
                                        "stage.3.hidden.b", "stage.3.back.W", "stage.3.back.b"});
  CHECK(g.find("stage") == g.find("stage.3.y"));
  CHECK(g.find("stage.2") == g.find("stage.2.y"));
  CHECK(graph(residual(", repeat: 1")).has("stage.1.hidden"));
}

TEST_CASE("with share, all repetitions have the parameters of the first") {
  const Graph g = graph(residual(", units: 8, repeat: 3, share: true"));
  CHECK(names_of_parameters(g) ==
        Names{"stage.1.hidden.W", "stage.1.hidden.b", "stage.1.back.W", "stage.1.back.b"});
  CHECK(names_of_parameters(graph(residual(", repeat: 2, share: false"))).size() == 8);
  // Three uses in a row that share say the same.
  const std::string one = residual(", units: 8").replace(0, 0, "");
  const std::string three = one + R"(  b: {type: Residual, in: stage, units: 8, share: stage}
  c: {type: Residual, in: b, units: 8, share: stage}
)";
  const Graph uses = graph(three);
  CHECK(names_of_parameters(uses) ==
        Names{"stage.hidden.W", "stage.hidden.b", "stage.back.W", "stage.back.b"});
  const std::string by_hand = R"(
inputs: {image: [batch, 3]}
parameters: {W: {shape: [8, 3], init: 0.1}, V: {shape: [3, 8], init: 0.2}, a: {shape: [8], init: 0.3}, b: {shape: [3], init: 0.4}}
nodes:
  h1: {type: Linear, in: {x: image, W: W, b: a}, units: 8}
  t1: tanh(h1)
  y1: {type: Linear, in: {x: t1, W: V, b: b}, units: 3}
  s1: image + y1
  h2: {type: Linear, in: {x: s1, W: W, b: a}, units: 8}
  t2: tanh(h2)
  y2: {type: Linear, in: {x: t2, W: V, b: b}, units: 3}
  s2: s1 + y2
)";
  std::string same = residual(", units: 8, repeat: 2, share: true");
  same.replace(same.find("units: units"), 12, "units: units, init: {W: 0.1, b: 0.3}");
  same.replace(same.find("units: n"), 8, "units: n, init: {W: 0.2, b: 0.4}");
  CHECK(walked(same, "stage") == walked(by_hand, "s2"));
}

TEST_CASE("uses in a block that repeats share with one another inside each repetition") {
  const Graph g = graph(R"(
inputs: {image: [batch, 3]}
blocks:
  Dense: {inputs: {x: "... n"}, nodes: {h: {type: Linear, in: x, units: n}}, output: h}
  Twice:
    inputs: {x: "... n"}
    nodes:
      first: {type: Dense, in: x, repeat: 2, share: true}
      second: {type: Dense, in: first, repeat: 2, share: first}
    output: second
nodes:
  own: {type: Twice, in: image, repeat: 2}
  tied: {type: Twice, in: own, repeat: 2, share: own}
)");
  CHECK(names_of_parameters(g) ==
        Names{"own.1.first.1.h.W", "own.1.first.1.h.b", "own.2.first.1.h.W", "own.2.first.1.h.b"});
}

TEST_CASE(
    "an attribute stands for a value, an entry of a list, a type, a function, a name in a formula, an "
    "initialiser and what blocks inside are given") {
  const Graph g = graph(R"(
inputs: {x: [batch, 4]}
blocks:
  Inner:
    inputs: {x: "... n"}
    attributes: {size: 2, times: required}
    nodes:
      h: {type: Linear, in: x, units: size}
      y: times*h
    output: y
  Around:
    inputs: {x: "... n"}
    attributes: {width: 3, activation: Tanh, apply: tanh, scale: 1/2, deviation: 0.1, k: 2, rows: [2, 6]}
    nodes:
      a: {type: Linear, in: x, units: width, init: {W: {normal: deviation}}}
      b: {type: activation, in: a}
      c: scale*apply(b)
      inner: {type: Inner, in: c, size: width, times: k, repeat: k}
      z: {type: Zeros, shape: [k, width]}
      w: {type: Zeros, shape: rows}
    output: inner
nodes:
  use: {type: Around, in: x, width: 5, activation: ReLU, k: 3}
)");
  CHECK(shape(g, "use.a") == "[batch, 5]");
  CHECK(shape(g, "use.inner.3.h") == "[batch, 5]");
  CHECK(shape(g, "use.z") == "[3, 5]");
  CHECK(shape(g, "use.w") == "[2, 6]");
  CHECK(g.values()[g.find("use.a.W")].init.value == 0.1);
  std::set<std::string> types;
  for (const Node& n : g.nodes())
    if (n.name == "use.b") types.insert(n.type->name());
  CHECK(types == std::set<std::string>{"ReLU"});
  CHECK_FALSE(g.has("use.inner.4"));
}

TEST_CASE("the sizes of a block's patterns are those of what feeds each use") {
  const std::string blocks = R"(
inputs: {x: [batch, 4]}
blocks:
  Inner:
    inputs: {x: "rows n"}
    attributes: {size: 1}
    parameters: {V: {shape: [n, size], init: he}}
    nodes:
      h: x*V
      one: {type: Ones, shape: [rows, size]}
      y: h + one/n
    output: y
  Around:
    inputs: {x: "rows n"}
    nodes:
      wide: {type: Concat, in: [x, x]}
      inner: {type: Inner, in: wide, size: n}
      y: inner + sum(x)*eye(n)[1,1]
    output: y
nodes:
  use: {type: Around, in: x}
  narrow: {type: Linear, in: use, units: 2}
  other: {type: Around, in: narrow}
)";
  const Graph g = graph(blocks);
  CHECK(shape(g, "use.inner.V") == "[8, 4]");
  CHECK(shape(g, "other.inner.V") == "[4, 2]");
  CHECK(shape(g, "other") == "[batch, 2]");
}

TEST_CASE("inside a block, names are the block's own and nothing else") {
  // e and x1 mean inside what they mean in a file without such names.
  const Graph g = graph(R"(
inputs: {v: [3], e: [3], x1: [3], T: [3]}
blocks:
  Inside:
    inputs: {x: "n"}
    nodes:
      a: e*x1
      b: x^T*x
    output: {a: a, b: b}
nodes:
  use: {type: Inside, in: v}
  a: e'*x1
)");
  CHECK(shape(g, "use.a") == "[]");
  CHECK(shape(g, "use.b") == "[]");
  PlanRequest request;
  request.keep = {g.find("use.a"), g.find("use.b")};
  Machine m(g, request);
  m.set("v", {2, 3, 4});
  walk_forward(m.workspace);
  CHECK(m.value("use.a")[0] == doctest::Approx(2 * 2.718281828459045));
  CHECK(m.value("use.b")[0] == 29);
}

TEST_CASE("a block has several outputs by names, and inputs that a use may leave out") {
  const std::string blocks = R"(
inputs: {x: [batch, 2], m: [batch, 2]}
blocks:
  Both:
    inputs: {x: "...", more: {shape: "...", optional: true}}
    nodes:
      joined: {type: Concat, in: [x, more]}
      half: joined/2
    output: {whole: joined, half: half}
nodes:
  alone: {type: Both, in: x}
  both: {type: Both, in: {x: x, more: m}}
  y: {type: Concat, in: [alone.whole, both.half]}
  z: alone.whole + 1
)";
  const Graph g = graph(blocks);
  CHECK(shape(g, "alone.whole") == "[batch, 2]");
  CHECK(shape(g, "both.half") == "[batch, 4]");
  CHECK(shape(g, "y") == "[batch, 6]");
  CHECK(g.find("alone.whole") == g.find("alone.joined"));
  CHECK(g.values()[g.find("alone.joined")].name == "alone.whole");
}

TEST_CASE("an input that is left out leaves the ports behind it where they are") {
  const Graph g = graph(R"(
inputs: {x: [2], w: [3]}
blocks:
  Three:
    inputs: {a: "n", b: {shape: "n", optional: true}, c: {shape: "m", optional: true}}
    nodes: {y: {type: Concat, in: [a, b, c]}}
    output: y
  Outside:
    inputs: {a: "n", b: {shape: "n", optional: true}, c: "m"}
    nodes: {y: {type: Three, in: [a, b, c]}}
    output: y
nodes:
  y: {type: Outside, in: {a: x, c: w}}
)");
  CHECK(shape(g, "y") == "[5]");
}

TEST_CASE("what is inside a use can be named: its values, and its parameters to tie them") {
  const Graph g = graph(residual(", units: 8, repeat: 2") +
                        R"(  tied: {type: Linear, in: {x: image, W: stage.1.hidden.W}, units: 8}
  twice: 2*stage.2.hidden + stage.1.active
  norm: norm2(stage)^2
)");
  CHECK(shape(g, "twice") == "[batch, 8]");
  CHECK_FALSE(g.has("tied.W"));
}

TEST_CASE("a use may be minimized, watched, required and claimed about by its name") {
  const TemporaryFolder folder;
  const std::string file = folder.write("g.yaml", R"(
inputs: {x: [3]}
parameters: {p: {shape: [3], init: ones}}
blocks:
  Square: {inputs: {x: "n"}, nodes: {y: norm2(x)^2}, output: y}
nodes:
  f: {type: Square, in: x}
  loss: {type: Square, in: p}
check:
  - df/dx = 2*x
)");
  CHECK(contains(run_tool("graph-runner", {file}).out, "1 of 1 claims"));
  const std::string training = folder.write("t.yaml", R"(
parameters: {p: {shape: [3], init: ones}}
blocks:
  Square: {inputs: {x: "n"}, nodes: {y: norm2(x)^2}, output: y}
nodes:
  loss: {type: Square, in: p}
train: {minimize: loss, optimizer: {type: SGD, rate: 0.1}, epochs: 40, require: {train.loss: 0.01}}
)");
  const Outcome o = run_tool("graph-runner", {training});
  CHECK(o.code == 0);
  CHECK(contains(o.out, "required train.loss <= 0.01: met"));
  CHECK(run_tool("graph-runner", {file, "--derive", "f", "--at", "x = [1, 2, 3]"}).out.rfind("f = 14\n", 0) ==
        0);
}

TEST_CASE("an expanded file has no blocks, and loads to the same names and values") {
  for (const std::string use :
       {", units: 8", ", units: 8, repeat: 3", ", units: 8, repeat: 3, share: true"}) {
    const std::string file = residual(use) + "  loss: norm2(stage)^2 + sum(stage.1.y)\n";
    const std::string numbered = contains(use, "repeat") ? file : residual(use) + "  loss: norm2(stage)^2\n";
    const std::string expanded = expand_graph_text(numbered, "test.yaml", registry());
    INFO(expanded);
    CHECK_FALSE(contains(expanded, "blocks:"));
    CHECK(walked(numbered, "loss") == walked(expanded, "loss"));
    CHECK(names_of_parameters(graph(numbered)) == names_of_parameters(graph(expanded)));
    CHECK(expand_graph_text(expanded, "test.yaml", registry()) == without_comments(expanded));
  }
  // A use that is an output of the graph, or minimized, keeps its name.
  const std::string sink = expand_graph_text(residual(""), "test.yaml", registry());
  CHECK(contains(sink, "  stage: {type: Copy, in: stage.y}\n"));
  CHECK(walked(residual(""), "stage") == walked(sink, "stage"));
  // Parameters of blocks, initialisers, lists and ports.
  const std::string all = expand_graph_text(R"(
inputs: {x: [2]}
blocks:
  All:
    inputs: {x: "n"}
    parameters: {W: {shape: [n, 3], init: {uniform: 0.5}}}
    nodes:
      h: {type: MatMul, in: {b: W, a: x1}}
      x1: {type: Reshape, in: x, shape: [1, n]}
      l: {type: Linear, in: {x: h, W: V}, units: 4, init: {b: {normal: 0.25}}}
      V: {type: Ones, shape: [4, 3]}
    output: l
nodes:
  use: {type: All, in: x}
  y: {type: ReLU, in: use}
)",
                                            "test.yaml", registry());
  INFO(all);
  CHECK(contains(all, "  use.W: {shape: [2, 3], init: {uniform: 0.5}}\n"));
  CHECK(contains(all, "  use.x1: {type: Reshape, in: x, shape: [1, 2]}\n"));
  CHECK(contains(all, "init: {b: {normal: 0.25}}"));
  CHECK(contains(all, "  y: {type: ReLU, in: use.l}\n"));
  CHECK(expand_graph_text(all, "test.yaml", registry()) == without_comments(all));
}

TEST_CASE("a summary shows a use as one line, in text and in JSON") {
  const TemporaryFolder folder;
  const std::string file =
      folder.write("g.yaml", residual(", units: 8, repeat: 3") + "  y: {type: ReLU, in: stage}\n");
  CHECK(contains(run_tool("graph-inspect", {file}).out, R"(
  node   type          in     shape       parameters
  image  input                [batch, 3]
  stage  3 × Residual  image  [batch, 3]         177
  y      ReLU          stage  [batch, 3]
                              in all             177
)"));
  const Json json = Json::parse(run_tool("graph-inspect", {file, "--json"}).out);
  CHECK(json["nodes"][0] == Json::parse(R"({"name": "stage", "type": "Residual", "repeat": 3, "nodes": 12,
      "in": "image", "shape": "[batch, 3]", "parameters": 177})"));
  CHECK(json["parameters"] == 177);
}

TEST_CASE("a gradient check names the nodes of a use") {
  const TemporaryFolder folder;
  const Outcome o = run_tool("grad-check", {folder.write("g.yaml", residual(", units: 8, repeat: 2"))});
  CHECK(o.code == 0);
  CHECK(contains(o.out, "stage.2.hidden"));
}

TEST_CASE("blocks are included from other files of the folder and below, and those of what they include") {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder.path() / "parts");
  folder.write("parts/dense.yaml", R"(
include: tanh.yaml
blocks:
  Dense: {inputs: {x: "... n"}, nodes: {h: {type: Linear, in: x, units: n}, y: {type: Squash, in: h}}, output: y}
)");
  folder.write("parts/tanh.yaml",
               R"(blocks: {Squash: {inputs: {x: "..."}, nodes: {y: tanh(x)}, output: y}})");
  folder.write("double.yaml", R"(blocks: {Double: {inputs: {x: "..."}, nodes: {y: 2*x}, output: y}})");
  const std::string text = R"(
include: [parts/dense.yaml, double.yaml]
inputs: {x: [3]}
nodes:
  y: {type: Dense, in: x}
  z: {type: Double, in: y}
)";
  const std::string file = folder.write("g.yaml", text);
  const GraphFile read = read_graph_file(file, registry());
  CHECK(names_of_nodes(build_graph(read, registry())) == Names{"y.h", "y.y.y", "z.y"});
  // What is saved with a model needs no other file.
  const std::string saved = json_of_run(text, file, {});
  CHECK_FALSE(contains(saved, "include"));
  CHECK(names_of_nodes(graph(saved)) == Names{"y.h", "y.y.y", "z.y"});
  CHECK_FALSE(contains(expand_graph_text(text, file, registry()), "include"));
}

TEST_CASE("a model of a graph with blocks is used again, with the parameters by their paths") {
  const TemporaryFolder folder;
  folder.write("blocks.yaml", R"(blocks:
  Dense: {inputs: {x: "... n"}, attributes: {f: required}, nodes: {h: {type: Linear, in: x, units: n}, y: f(h)}, output: y}
)");
  const std::string file = folder.write("g.yaml", R"(
include: blocks.yaml
inputs: {x: [batch, 2], t: [batch, 2]}
nodes:
  y: {type: Dense, in: x, f: tanh, repeat: 2}
  loss: {type: SquaredLoss, in: [y, t]}
data: {train: {x: [[0, 1], [1, 0]], t: [[0.5, 0], [0, 0.5]]}}
train: {minimize: loss, optimizer: {type: SGD, rate: 0.1}, batch: 2, epochs: 3, save: m}
)");
  REQUIRE(run_tool("graph-runner", {file}).code == 0);
  const std::string model = read_file(folder.path() / "m");
  CHECK(contains(model, "y.2.h.W"));
  const Outcome predicted =
      run_tool("graph-runner", {file, "--load", folder.path() / "m", "--predict", "y=-"});
  CHECK(predicted.code == 0);
  CHECK(predicted.err.empty());
  // It goes on where the blocks are as they were, and not where they are others.
  CHECK(run_tool("graph-runner", {file, "--resume", "--set", "train.epochs=4"}).code == 0);
  folder.write("blocks.yaml", R"(blocks:
  Dense: {inputs: {x: "... n"}, attributes: {f: required}, nodes: {h: {type: Linear, in: x, units: n}, y: h + f(h)}, output: y}
)");
  const Outcome other = run_tool("graph-runner", {file, "--resume", "--set", "train.epochs=5"});
  CHECK(other.code == 2);
  CHECK(contains(other.err, "blocks.Dense.nodes.y"));
}

TEST_CASE("blocks within blocks, five deep and repeated a hundred times, are some thousand nodes") {
  std::string blocks = R"(
inputs: {x: [batch, 8]}
blocks:
  B1: {inputs: {x: "... n"}, nodes: {a: {type: Linear, in: x, units: n}, b: {type: Tanh, in: a}}, output: b}
)";
  for (int i = 2; i <= 5; ++i)
    blocks += fmt::format(
        "  B{}: {{inputs: {{x: \"... n\"}}, nodes: {{i: {{type: B{}, in: x}}, r: {{type: ReLU, "
        "in: i}}, y: {{type: Add, in: [x, r]}}}}, output: y}}\n",
        i, i - 1);
  const Graph g = graph(blocks + "nodes: {s: {type: B5, in: x, repeat: 100}}\n");
  CHECK(g.nodes().size() == 1000);
  CHECK(g.has("s.100.i.i.i.i.a.W"));
  CHECK(contains(error_of(blocks + "nodes: {s: {type: B5, in: x, repeat: 10001}}\n"),
                 "node 's': stands for 100,010 nodes; 100,000 are the most"));
}

TEST_CASE("a hundred repetitions at each of five levels are refused by their number") {
  std::string blocks = R"(
inputs: {x: [batch, 8]}
blocks:
  B1: {inputs: {x: "..."}, nodes: {a: {type: ReLU, in: x}}, output: a}
)";
  for (int i = 2; i <= 5; ++i)
    blocks += fmt::format(
        "  B{}: {{inputs: {{x: \"...\"}}, nodes: {{i: {{type: B{}, in: x, repeat: 100}}}}, output: i}}\n", i,
        i - 1);
  CHECK(contains(error_of(blocks + "nodes: {s: {type: B5, in: x, repeat: 100}}\n"),
                 "node 's': stands for 10,000,000,000 nodes; 100,000 are the most"));
}

TEST_CASE("the schema of a file completes the attributes of its blocks") {
  const TemporaryFolder folder;
  const std::string file = folder.write("g.yaml", residual(", units: 8"));
  const Outcome o = run_tool("graph-inspect", {"--schema", file});
  REQUIRE(o.code == 0);
  const Json schema = Json::parse(o.out);
  const Json& types = schema["definitions"]["node"]["then"]["allOf"];
  const Json& use = types.back();
  CHECK(use["if"]["properties"]["type"]["const"] == "Residual");
  const Json& p = use["then"]["properties"];
  CHECK(p["units"] == Json::parse(R"({"type": "integer", "default": 64})"));
  CHECK(p.contains("in"));
  CHECK(p.contains("repeat"));
  CHECK(p.contains("share"));
  CHECK(use["then"]["additionalProperties"] == false);
}
