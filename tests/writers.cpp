// What a graph file is written as.
#include "exchange/writers.hpp"

#include "exchange/dot.hpp"
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
