// What a graph file is written as.
#include "exchange/writers.hpp"

#include "exchange/dot.hpp"
#include "exchange/drawing.hpp"
#include "tests/support.hpp"

using namespace graph_runner;
using namespace graph_runner::test;

TEST_CASE("a drawing numbers nodes as the file declares them, then inputs and declared parameters") {
  // b stands first and is computed last.
  const Graph g = graph(R"(
inputs: {x: [n, 2]}
parameters: {V: {shape: [2, 2], init: he}}
nodes:
  b: {type: Add, in: [a, x]}
  a: {type: MatMul, in: [x, V]}
)");
  CHECK(dot(g) == R"(digraph G {
rankdir=LR;
node [fontname="sans-serif"];
edge [fontname="sans-serif", fontsize=10];
0[shape=box, style=rounded, label="b
Add"];
1[shape=box, style=rounded, label="a
MatMul"];
2[shape=ellipse, label="x
[n, 2]"];
3[shape=cylinder, label="V
[2, 2]"];
1->0 [label="[n, 2]", headlabel=a];
2->0 [label="[n, 2]", headlabel=b];
2->1 [label="[n, 2]", headlabel=a];
3->1 [label="[2, 2]", headlabel=b];
}
)");
}

TEST_CASE("a drawing has a box for each use of a block, and within it one for each repetition") {
  const std::string text = dot(graph(R"(
inputs: {x: [2]}
blocks:
  One: {inputs: {x: "..."}, nodes: {a: {type: ReLU, in: x}}, output: a}
nodes:
  s: {type: One, in: x, repeat: 2}
  y: {type: ReLU, in: s}
)"));
  CHECK(contains(text, R"(
subgraph "cluster_s" {
label=s;
subgraph "cluster_s.1" {
label="s.1";
0[shape=box, style=rounded, label="s.1.a
ReLU"];
}
subgraph "cluster_s.2" {
label="s.2";
1[shape=box, style=rounded, label="s.2.a
ReLU"];
}
}
2[)"));
}

TEST_CASE(
    "every way to write a graph file is an option of graph-inspect that prints what the writer returns") {
  const std::string file = (source_folder() / "graphs" / "xor.yaml").string();
  CHECK(graph_writers().size() >= 3);
  for (const GraphWriter& writer : graph_writers()) {
    INFO(writer.name);
    const Outcome o = run_tool("graph-inspect", {file, "--" + std::string(writer.name)});
    CHECK(o.code == 0);
    CHECK(o.out == writer.write(file, registry()));
    CHECK(contains(run_tool("graph-inspect", {"--help"}, {}, {"COLUMNS=1000"}).out, writer.meaning));
  }
}

namespace {

constexpr const char* nested = R"(
blocks:
  Unit:
    inputs: {x: "... n"}
    attributes: {units: required}
    nodes: {hidden: {type: Linear, in: x, units: units}, active: {type: ReLU, in: hidden}}
    output: active
  Stage:
    inputs: {x: "... n"}
    nodes: {up: {type: Unit, in: x, units: 7}, down: {type: Linear, in: up, units: n}, sum: {type: Add, in: [x, down]}}
    output: sum
inputs: {image: [batch, 5], y: [batch, 5]}
nodes:
  first: {type: Unit, in: image, units: 5}
  stage: {type: Stage, in: first, repeat: 3}
  loss: sum((stage - y).^2)
)";

std::vector<Drawing> drawings_of(const std::string& yaml, const std::string& objective = "") {
  const GraphFile file = read_graph_text(yaml, "test.yaml", registry());
  return drawings(build_graph(file, registry()), file.uses, objective);
}

// "first > stage" of each arrow.
std::vector<std::string> arrows_of(const Drawing& d) {
  std::vector<std::string> out;
  for (const Arrow& a : d.arrows)
    out.push_back(d.boxes[a.from].name + " > " + d.boxes[a.to].name + " " + a.label);
  return out;
}

const Box& box_of(const Drawing& d, const std::string& name) {
  for (const Box& b : d.boxes)
    if (b.name == name) return b;
  throw std::runtime_error("there is no box " + name);
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE(
    "a picture of a graph has its blocks folded, and one of each block's inside follows, each shown once") {
  const std::vector<Drawing> all = drawings_of(nested);
  Texts titles;
  for (const Drawing& d : all) titles.push_back(d.title);
  CHECK(titles == Texts{"", "first: Unit", "stage: Stage", "stage.1", "stage.1.up"});
  CHECK(arrows_of(all[0]) == Texts{"image > first [batch, 5]", "first > stage [batch, 5]",
                                   "stage > loss [batch, 5]", "y > loss [batch, 5]"});
  CHECK(box_of(all[0], "stage").lines == Texts{"stage", "3 × Stage", "246 parameters"});
  CHECK(box_of(all[0], "stage").role == Role::block);
  CHECK(box_of(all[0], "loss").lines == Texts{"loss", "sum((stage - y).^2)"});
  CHECK(box_of(all[0], "loss").role == Role::formula);
  CHECK(arrows_of(all[3]) ==
        Texts{"from first > stage.1.up [batch, 5]", "stage.1.up > stage.1.down [batch, 7]",
              "from first > stage.1.sum [batch, 5]", "stage.1.down > stage.1.sum [batch, 5]",
              "stage.1.sum > to stage.1 [batch, 5]"});
  CHECK(box_of(all[1], "first.hidden").lines == Texts{"hidden", "Linear", "W [5, 5]", "b [5]"});
}

TEST_CASE("what is minimized, inputs and declared parameters are told apart in a picture") {
  const Drawing d = drawings_of(R"(
inputs: {x: [n, 2]}
parameters: {V: {shape: [2, 2], init: he}}
nodes: {y: {type: MatMul, in: [x, V]}, loss: {type: Mean, in: y}}
)",
                                "loss")[0];
  CHECK(box_of(d, "x").role == Role::input);
  CHECK(box_of(d, "V").role == Role::parameter);
  CHECK(box_of(d, "y").role == Role::node);
  CHECK(box_of(d, "loss").role == Role::objective);
}

TEST_CASE("in a picture of 300 nodes no two texts lie over each other") {
  std::string yaml = "inputs: {n0: [batch, 8]}\nnodes:\n";
  for (int i = 1; i <= 300; ++i)
    yaml += fmt::format("  n{}: {{type: Add, in: [n{}, n{}]}}\n", i, i - 1, i - 1 - (i * 7) % std::min(i, 9));
  Drawing d = drawings_of(yaml)[0];
  place(d);
  struct Area {
    Point centre;
    double width, height;
  };
  std::vector<Area> areas;
  for (const Box& b : d.boxes) areas.push_back({b.centre, b.width, b.height});
  for (const Arrow& a : d.arrows) areas.push_back({a.label_centre, a.label_width, 12});
  CHECK(areas.size() > 700);
  int over = 0;
  for (std::size_t i = 0; i < areas.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      over += std::abs(areas[i].centre.x - areas[j].centre.x) < (areas[i].width + areas[j].width) / 2 - 0.5 &&
              std::abs(areas[i].centre.y - areas[j].centre.y) < (areas[i].height + areas[j].height) / 2 - 0.5;
  CHECK(over == 0);
}

TEST_CASE("more boxes than a picture can show are refused, with the remedy") {
  std::string yaml = "inputs: {n0: [batch, 8]}\nnodes:\n";
  for (int i = 1; i <= 1000; ++i) yaml += fmt::format("  n{}: {{type: ReLU, in: n{}}}\n", i, i - 1);
  const TemporaryFolder folder;
  const Outcome o = run_tool("graph-inspect", {folder.write("large.yaml", yaml), "--svg"});
  CHECK(o.code == 2);
  CHECK(o.out.empty());
  CHECK(contains(o.err, "1001 boxes are too many for a picture, of which 1000 are the most"));
  CHECK(contains(o.err, "can be a block"));
}

TEST_CASE(
    "a picture is well-formed whatever a formula holds, and says what is to be installed where dot is not") {
  const TemporaryFolder folder;
  const std::string file = folder.write("f.yaml", "inputs: {x: [n]}\nnodes: {f: 'sum((x > 0) .* x) & 1'}\n");
  const std::string right = folder.write("g.yaml", "inputs: {x: [n]}\nnodes: {f: sum((x > 0) .* x)}\n");
  const Outcome drawn = run_tool("graph-inspect", {right, "--svg"});
  CHECK(drawn.code == 0);
  CHECK(contains(drawn.out, "sum((x &gt; 0) .* x)</text>"));
  CHECK(run_tool("graph-inspect", {file, "--svg"}).code == 2);
  const Outcome without = run_tool("graph-inspect", {right, "--svg"}, {}, {"PATH=/nonexistent"});
  CHECK(without.code == 4);
  CHECK(without.out.empty());
  CHECK(contains(without.err, "install the package graphviz"));
}
