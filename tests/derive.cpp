// graph-runner --derive against closed forms, and how its point is given.
#include <cmath>
#include <nlohmann/json.hpp>
#include <numbers>
#include <sstream>

#include "formulas/assignments.hpp"
#include "tests/support.hpp"

using namespace graph_runner;
using namespace graph_runner::test;

namespace {

const std::string example =
    R"(inputs: {A: [m, n], v: [n], u: [m], s: [], S: [k, k], w: [k], z: {shape: [2], value: [3, 4]}}
parameters: {c: {shape: [2], init: ones}}
nodes:
  h: A*v
  f: u'*A*v + s^2
  q: w'*S*w
  y: A'
  g: log(s) + c'*z
  hidden: {type: Linear, in: z, units: 2, init: {W: ones, b: 1/2}}
  d: sum(hidden)
)";

Outcome derive(std::vector<std::string> options, const std::string& yaml = example) {
  const TemporaryFolder folder;
  folder.write("g.yaml", yaml);
  options.insert(options.begin(), "g.yaml");
  return run_tool("graph-runner", options, folder.path());
}

std::vector<nlohmann::json> events(std::vector<std::string> options) {
  options.push_back("--json");
  std::vector<nlohmann::json> all;
  std::istringstream lines(derive(std::move(options)).out);
  for (std::string line; std::getline(lines, line);) all.push_back(nlohmann::json::parse(line));
  return all;
}

void close(const nlohmann::json& found, const std::vector<double>& expected) {
  REQUIRE(found.size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i)
    CHECK(found[i].get<double>() == doctest::Approx(expected[i]).epsilon(1e-12));
}

}  // namespace

TEST_CASE("--derive derives by what feeds nodes, and says of an index that there is no derivative by it") {
  const Outcome o = derive({"--derive", "f"}, R"(
inputs: {i: {shape: [2], value: [0, 2]}, x: {shape: [], value: 3}}
nodes:
  e: {type: Embedding, in: i, count: 3, units: 2, init: {W: 2}}
  f: x*sum(e)
)");
  CHECK(o.code == 0);
  CHECK(contains(o.out, "f = 24\n"));
  CHECK(contains(o.out, "df/dx = 8\n"));
  CHECK(contains(o.out, "df/de.W [3, 2]\n  3  3\n  0  0\n  3  3\n"));
  CHECK(contains(o.out + o.err, "'f' has no derivative by 'i', which it reads as whole numbers alone"));
}

TEST_CASE("--derive prints value, gradients shaped like the inputs, and Hessians, as readable matrices") {
  const Outcome o =
      derive({"--derive", "f", "--at", "A = [1, 2, 3; 4, 5, 6], v = [1, 0, pi], u = [1, -1], s = 1/3"});
  CHECK(o.code == 0);
  CHECK(o.err.empty());
  CHECK(o.out == R"(f = -12.3137

df/dA [2, 3]
   1  0   3.14159
  -1  0  -3.14159

df/dv [3]
  -3  -3  -3

df/du [2]
  10.4248  22.8496

df/ds = 0.666667

d2f/dv2 [3, 3]
  0  0  0
  0  0  0
  0  0  0

d2f/du2 [2, 2]
  0  0
  0  0

d2f/ds2 = 2
)");
}

TEST_CASE("--derive prints the Jacobian of a vector, outputs by inputs") {
  const Outcome o = derive({"--derive", "h", "--at", "A = [1, 2, 3; 4, 5, 6], v = [1, 0, -1]"});
  CHECK(o.code == 0);
  CHECK(o.out == R"(h [2]
  -2  -2

dh/dA [2, 6], A row by row
  1  0  -1  0  0   0
  0  0   0  1  0  -1

dh/dv [2, 3]
  1  2  3
  4  5  6
)");
  CHECK(contains(derive({"--derive", "y", "--at", "A = [[1, 2]]"}).out,
                 "dy/dA [2, 2], y and A row by row\n  1  0\n  0  1\n"));
}

TEST_CASE("the Hessian of a quadratic form is A + A', and declared values and parameters need not be given") {
  const auto all = events({"--derive", "q", "--at", "S = [1, 2; 3, 4], w = [1, -1]"});
  REQUIRE(all.size() == 4);
  CHECK(all[0]["event"] == "value");
  close(all[0]["entries"], {0});
  CHECK(all[1]["event"] == "gradient");
  CHECK(all[1]["by"] == "S");
  CHECK(all[1]["shape"] == nlohmann::json({2, 2}));
  close(all[1]["entries"], {1, -1, -1, 1});
  close(all[2]["entries"], {-3, -3});
  CHECK(all[3]["event"] == "hessian");
  close(all[3]["entries"], {2, 5, 5, 8});
  const auto g = events({"--derive", "g", "--at", "s = 2"});
  close(g[0]["entries"], {std::log(2) + 7});
  close(g[1]["entries"], {0.5});   // by s
  close(g[2]["entries"], {1, 1});  // by z
  close(g[3]["entries"], {3, 4});  // by c
  close(g[4]["entries"], {-0.25});
  close(events({"--derive", "g", "--at", "s = 2, z = [0, 0], c = [5, 6]"})[2]["entries"], {5, 6});
  const auto jacobian = events({"--derive", "h", "--at", "A = [1, 2], v = [3]"});
  CHECK(jacobian[0]["event"] == "error");
  CHECK(events({"--derive", "h", "--at", "A = [[1], [2]], v = [3]"})[2]["event"] == "jacobian");
}

TEST_CASE("--derive goes through parameters of nodes, several values and several --at") {
  const Outcome o = derive({"--derive", "d", "--derive", "g", "--at", "s = 1", "--at", "z = [1, 2]"});
  CHECK(o.code == 0);
  CHECK(contains(o.out, "d = 7\n"));
  CHECK(contains(o.out, "dd/dhidden.W [2, 2]\n  1  2\n  1  2\n"));
  CHECK(contains(o.out, "dd/dhidden.b [2]\n  1  1\n"));
  CHECK(contains(o.out, "\ng = 3\n"));
}

TEST_CASE(
    "a value outside a domain is warned about, and what is not finite is named where it began, exit 3") {
  const Outcome o = derive({"--derive", "g", "--at", "s = -1"});
  CHECK(o.code == 3);
  CHECK(contains(o.err, "warning: 's': has the entry -1, but "));
  CHECK(contains(o.err, "g.yaml:8:"));
  CHECK(contains(o.err, "error: 'g' is not finite; it began with node '"));
  CHECK(contains(o.err, "(Log), output 'y'\n"));
  CHECK(o.out.empty());
  const auto all = events({"--derive", "g", "--at", "s = -1"});
  CHECK(all.back()["event"] == "error");
  CHECK(all.back()["line"] == 8);
  CHECK(contains(all.back()["message"].get<std::string>(), "(Log), output 'y'"));
}

TEST_CASE("a derivative that is not finite where the value is, is named where it began, with exit 3") {
  const std::string yaml =
      "inputs: {x: [2]}\nnodes:\n  r: sqrt(x)\n  f: sum(r)\n  p: sum(x.^1.5)\n  n: norm2(x)\n";
  Outcome o = derive({"--derive", "f", "--at", "x = [1, 0]"}, yaml);
  CHECK(o.code == 3);
  CHECK(o.out == "f = 1\n");
  CHECK(contains(o.err,
                 "g.yaml:3:3: error: df/dx is not finite; it began with node 'r' (Sqrt), the gradient "
                 "of port 'x', entry [2]"));
  o = derive({"--derive", "r", "--at", "x = [1, 0]"}, yaml);
  CHECK(o.code == 3);
  CHECK(contains(o.err, "dr/dx is not finite; it began with node 'r' (Sqrt), the gradient of port 'x'"));
  o = derive({"--derive", "p", "--at", "x = [1, 0]"}, yaml);
  CHECK(o.code == 3);
  CHECK(contains(o.out, "dp/dx [2]\n  1.5  0\n"));
  CHECK(contains(o.err, "d2p/dx2 is not finite; it began with node '"));
  o = derive({"--derive", "n", "--at", "x = [0, 0]"}, yaml);
  CHECK(o.code == 0);
  CHECK(contains(o.out, "dn/dx [2]\n  0  0\n"));
}

TEST_CASE("a node without duals has a gradient and no Hessian, which is said") {
  const TemporaryFolder folder;
  const std::string file =
      folder.write("g.yaml", "inputs: {x: [2]}\nnodes:\n  y: {type: Plain, in: x}\n  f: sum(y)\n");
  const Outcome o =
      run_tool("graph-runner", {file, "--plugins", test_plugins(), "--derive", "f", "--at", "x = [1, 2]"});
  CHECK(o.code == 0);
  CHECK(contains(o.out, "df/dx [2]\n"));
  CHECK(contains(o.out, "note: no Hessian by 'x': "));
}

TEST_CASE("inputs without a value are named, with how to give them") {
  const Outcome o = derive({"--derive", "f", "--at", "s = 1"});
  CHECK(o.code == 2);
  CHECK(o.err ==
        "g.yaml: error: 'A' [m, n], 'v' [n], 'u' [m] have no value; give them values: "
        "--at 'A = [[0, …], …], v = [0, …], u = [0, …]'\n");
  CHECK(contains(derive({"--derive", "g"}).err, "'s' [] has no value; give it one: --at 's = 0'"));
}

TEST_CASE("what is wrong with a point is shown at its place") {
  const auto refused = [](const std::string& at, int column, const std::string& message) {
    INFO(at);
    const Outcome o = derive({"--derive", "f", "--at", at});
    INFO(o.err);
    CHECK(o.code == 2);
    CHECK(o.out.empty());
    CHECK(o.err.rfind(fmt::format("--at:1:{}: error: ", column), 0) == 0);
    CHECK(contains(o.err, message));
    CHECK((contains(o.err, "^") || at.empty()));
  };
  refused("", 1, "an assignment is missing here");
  refused("s", 2, "'s' has no value here: = is missing");
  refused("s 3", 3, "found '3', expected '='");
  refused("s ≈ 3", 3, "found '≈', expected '='");
  refused("s = ", 5, "a formula is missing here");
  refused("s = 2,", 7, "an assignment is missing here");
  refused("s = 2, s = 3", 8, "'s' is given twice");
  refused("s = 1 v = 2", 7, "found 'v', expected ',' or the end");
  refused("s = 1; v = 2", 6, "found ';', expected ',' or the end");
  refused("v[1] = 2", 2, "a value is given as a whole: v = […]");
  refused("2 = s", 1, "expected the name of an input or parameter");
  refused("v = [1, x, 2]", 9, "x is no constant");
  refused("v = [1, [2], 2]", 9, "found a list, expected a number");
  refused("A = [[1, 2], 3]", 14, "found a number, expected a list like the first one");
  refused("A = [1, 2; 3]", 12, "found a list of 1, expected 2 entries");
  refused("v = (1, 2)", 7, "a list stands in brackets");
  refused("v = [1 2]", 8, "a product needs '*'");
  refused("s = 1/0", 7, "division by zero");
  refused("r = 1", 1, "nothing is called 'r'");
  refused("h = [1]", 1, "'h' is computed; only inputs and parameters can be given");
  refused("v = 3", 5, "'v': found a number, expected the shape [n]");
  refused("s = [3]", 5, "'s': found a value of shape [1], expected a number");
  refused("A = [1, 2]", 5, "a matrix of one row is [[a, b]]");
  refused("c = [1, 2, 3]", 5, "found a value of shape [3], expected the shape [2]");
  refused("A = [1, 2; 3, 4], v = [1, 2, 3]", 23, "expected the shape [n], where n is 2");
}

TEST_CASE("a request that makes no sense is refused") {
  CHECK(contains(derive({"--at", "s = 1"}).err, "--at requires --derive"));
  Outcome o = derive({"--derive", "nothing"});
  CHECK(o.code == 2);
  CHECK(contains(o.err, "--derive: nothing is called 'nothing'"));
  CHECK(derive({"--derive", "f", "--at", "s = 1", "--at", "s = 2"}).code == 2);
}

TEST_CASE("assignments are read with their shapes and places, from any byte of a text") {
  const std::vector<Assignment> all =
      parse_assignments(FormulaText("df/dx = 2 at x₁ = [pi/2, -1],  B=[[1],[2]] , s = 2^-1"), 13);
  REQUIRE(all.size() == 3);
  CHECK(all[0].name == "x1");
  CHECK(all[0].shape == Shape{2});
  CHECK(all[0].entries == std::vector<double>{std::numbers::pi / 2, -1});
  CHECK(all[0].place.column == 14);
  CHECK(all[0].value_place.column == 19);
  CHECK(all[1].shape == Shape{2, 1});
  CHECK(all[2].shape.empty());
  CHECK(all[2].entries == std::vector<double>{0.5});
}

TEST_CASE("the format's reference shows what --derive prints") {
  const std::string readme = read_file(source_folder() / "graphs" / "README.md");
  const std::size_t from = readme.find("# quadratic.yaml"), to = readme.find("```", from);
  const std::string command = "--derive f --at 'x = [1, -1], A = [1, 2; 3, 4]'";
  CHECK(contains(readme, "graph-runner quadratic.yaml " + command));
  const Outcome o =
      derive({"--derive", "f", "--at", "x = [1, -1], A = [1, 2; 3, 4]"}, readme.substr(from, to - from));
  CHECK(o.code == 0);
  CHECK(contains(readme, "```\n" + o.out + "```\n"));
}
