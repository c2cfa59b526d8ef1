// Names: those that a user gives, components of vectors, and those made for parts of formulas, which nobody
// sees.
#include "claims/claim_program.hpp"
#include "exchange/expand.hpp"
#include "tests/support.hpp"

using namespace graph_runner;
using namespace graph_runner::test;

namespace {

const std::string parts = "inputs: {x: [2]}\nnodes:\n  f: '[x1^2, x2^3]'\n  s: log(x1*x2) + 1\n  g: 5*f_1\n";

std::string said(const std::vector<std::string>& arguments, const std::string& tool = "graph-runner") {
  const Outcome o = run_tool(tool, arguments);
  return o.out + o.err;
}

}  // namespace

TEST_CASE("f_1 and x_1 are components as x1 is, a declared name wins, and formulas are sorted by it") {
  const auto value = [](const std::string& nodes) {
    const Graph g = graph("inputs: {x: [2]}\nnodes:\n" + nodes);
    PlanRequest r;
    r.keep = {g.find("y")};
    Machine m(g, r);
    if (m.workspace.value(g.find("x")).data) m.set("x", {2, 3});
    walk_forward(m.workspace);
    return m.value("y");
  };
  CHECK(value("  y: 10*f_1 + x_2\n  f: '[x1^2, x2^3]'\n") == std::vector<double>{43});
  CHECK(value("  y: f_1\n  f: '[x1, x2]'\n  f_1: x2 + 4\n") == std::vector<double>{7});
  CHECK(value("  y: f_1\n  f: '[x1, x2]'\n  f_: '[x2, x1]'\n") == std::vector<double>{3});
  // Not in a circle: what f_1 names is f_, whatever f depends on.
  CHECK(value("  y: f\n  f: f_1 + 1\n  f_: '[x2, x1]'\n") == std::vector<double>{4});
}

TEST_CASE("names made for parts of formulas can be neither named nor seen") {
  const TemporaryFolder folder;
  const auto file = [&](const std::string& more) { return folder.write("g.yaml", parts + more); };
  const Graph g = graph(parts);
  for (const std::string& name : g.names()) CHECK_FALSE(contains(name, "__part"));
  for (const char* inner : {"s__part1", "s__part2", "s__part3"}) {
    CHECK_FALSE(g.has(inner));
    const std::vector<std::string> texts = {
        said({file("check: ['" + std::string(inner) + " = x1']\n")}),
        said({file("critical: [{of: " + std::string(inner) + ", by: x}]\n")}),
        said({file("  k: {type: Tanh, in: " + std::string(inner) + "}\n")}),
        said({file("  k: 2*" + std::string(inner) + "\n")}),
        said({file("train: {minimize: " + std::string(inner) +
                   ", optimizer: {type: SGD, rate: 1}, epochs: 1}\n")}),
        said({file(""), "--derive", inner, "--at", "x = [1, 2]"})};
    for (const std::string& text : texts) {
      INFO(text);
      CHECK(contains(text, fmt::format("nothing is called '{}'", inner)));
      CHECK_FALSE(contains(text, "did you mean"));
    }
  }
}

TEST_CASE("a message about a part of a formula names the node that the user wrote") {
  const TemporaryFolder folder;
  const std::string file =
      folder.write("g.yaml", "inputs: {x: {shape: [], value: -1}}\nnodes:\n  s: 2*log(x) + 1\n");
  const std::string text = said({file});
  CHECK(contains(text, "node 's' (Log), output 'y'"));
  CHECK_FALSE(contains(text, "__part"));
  CHECK_FALSE(contains(
      said({folder.write("h.yaml", "inputs: {x: [n]}\nnodes:\n  s: sum(2*sin(x) + 1)\n")}, "grad-check"),
      "__part"));
}

TEST_CASE("an expanded file reads the same, claims among it, whatever names it has") {
  const std::string yaml = parts +
                           "  s__part1: x2\n  h: s__part1 + s\n"
                           "check: [f_1 = x1^2, df_2/dx_2 = 3*x2^2, g = 5*x1^2]\nrefuted: [f_1 = x1]\n";
  const std::string expanded = expand_graph_text(yaml, "test.yaml", registry());
  CHECK_FALSE(contains(expanded, "  f_1:"));
  const GraphFile file = read_graph_text(expanded, "test.yaml", registry());
  const Graph g = build_graph(file, registry());
  for (const ClaimSpec& spec : make_claims(file.claims, g, file.rows, registry()))
    CHECK(check_claims(g, {spec}, 1)[0].ok(spec));
  // A part that is random draws the same numbers under its written name.
  const std::string random = "inputs: {x: [50]}\nnodes:\n  f: 2*dropout(x, 0.5)\n";
  const auto value = [](const std::string& text) {
    const Graph drawn = graph(text);
    PlanRequest r;
    r.keep = {drawn.find("f")};
    Machine m(drawn, r);
    m.set("x", std::vector<double>(50, 1));
    Step step;
    step.training = true;
    walk_forward(m.workspace, step);
    return m.value("f");
  };
  CHECK(value(expand_graph_text(random, "test.yaml", registry())) == value(random));
}

TEST_CASE("1'*x is refused, with the row of ones that is meant") {
  const auto error = [](const std::string& f) {
    return error_of("inputs: {x: [n], y: []}\nnodes:\n  f: " + f + "\n");
  };
  CHECK(contains(
      error("1'*x"),
      "3:7: node 'f': '1'*x': 1' transposes a number; a row of n ones is ones(n)', as in ones(n)'*x"));
  CHECK(contains(error("x*1'"), "a row of n ones is ones(n)'"));
  CHECK(error("y*1'").empty());
  CHECK(error("ones(n)'*x").empty());
  CHECK(error("y'*x").empty());
}

TEST_CASE("patterns of ports are told in axes, so that a user's n is never taken for that of a type") {
  const auto error = [](const std::string& node) {
    return error_of("inputs: {A: [n, p], B: [p, n], v: [p], T: [b, n, p]}\nnodes:\n  y: " + node + "\n");
  };
  CHECK(contains(error("{type: Det, in: A}"), "port 'A' (fed by 'A') wants a square matrix; it is n × p"));
  CHECK(contains(error("{type: Logdet, in: T}"), "wants a square matrix; it has shape [b, n, p]"));
  CHECK(contains(error("{type: Dot, in: [v, A]}"), "wants a vector; it is n × p"));
  CHECK(contains(
      error("{type: MatVec, in: [B, v]}"),
      "port 'x' (fed by 'v') has shape [p]; its axis 1 must be n, as axis 2 of port 'A' (fed by 'B') is"));
  CHECK(contains(error("{type: MatMul, in: [A, A]}"),
                 "its axis 1 must be p, as axis 2 of port 'a' (fed by 'A') is"));
  const TemporaryFolder folder;
  const std::string claim = said({folder.write(
      "g.yaml", "inputs: {A: [n, p]}\nnodes: {f: sum(A)}\ncheck: ['f = det(A)', f = inv(A)*A]\n")});
  CHECK(contains(claim, "'det(A)': port 'A' wants a square matrix; it is 2 × 3"));
  CHECK(contains(claim, "'inv(A)': port 'A' wants a square matrix; it is 2 × 3"));
}
