// Critical points: found, classified, and compared with what a graph file expects.
#include "analysis/critical.hpp"

#include <cmath>
#include <nlohmann/json.hpp>
#include <numbers>
#include <sstream>

#include "tests/support.hpp"

using namespace graph_runner;
using namespace graph_runner::test;

namespace {

// What the entries of `critical:` find, of formulas over x, [2].
std::vector<CriticalResult> find(const std::string& formula, const std::string& entries,
                                 const std::string& inputs = "x: [2]") {
  const GraphFile file = read_graph_text(
      fmt::format("inputs: {{{}}}\nnodes:\n  f: {}\ncritical: [{}]\n", inputs, formula, entries), "test.yaml",
      registry());
  const BuiltGraph built = build_file(file, registry());
  std::vector<CriticalResult> results;
  for (const CriticalRequest& r : built.critical) results.push_back(find_critical(built.graph, r));
  return results;
}
CriticalResult find_one(const std::string& formula, const std::string& options,
                        const std::string& inputs = "x: [2]") {
  const std::string entry = "{of: f, by: x" + (options.empty() ? "" : ", " + options) + "}";
  return find(formula, entry, inputs).at(0);
}

void at(const CriticalPoint& p, const std::vector<double>& expected, double tolerance = 1e-12) {
  REQUIRE(p.point.size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) CHECK(std::abs(p.point[i] - expected[i]) <= tolerance);
}

Outcome run(const std::string& yaml, std::vector<std::string> options = {}) {
  const TemporaryFolder folder;
  options.insert(options.begin(), folder.write("g.yaml", yaml));
  return run_tool("graph-runner", options);
}

const std::string rosenbrock = "(1 - x1)^2 + 100*(x2 - x1^2)^2";
const std::string monkey_saddle = "x1^3 - 3*x1*x2^2";

}  // namespace

TEST_CASE("exercise 1.1: sin(x1) + 2 x2^2 has a saddle at [pi/2, 0], argued as the sheet does") {
  const CriticalResult r = find_one("sin(x1) + 2*x2^2", "near: [1.5, 0.1], point: [pi/2, 0], kind: saddle");
  CHECK(r.holds);
  REQUIRE(r.points.size() == 1);
  const CriticalPoint& p = r.points[0];
  at(p, {std::numbers::pi / 2, 0});
  CHECK(p.value == doctest::Approx(1));
  CHECK(p.gradient_norm < 1e-15);
  REQUIRE(p.directions.size() == 2);
  CHECK(p.directions[0].eigenvalue == doctest::Approx(-1));
  CHECK(p.directions[1].eigenvalue == doctest::Approx(4));
  CHECK(p.directions[0].ahead == Leads::towards);
  CHECK(p.directions[0].behind == Leads::towards);
  CHECK(p.directions[1].ahead == Leads::away);
  CHECK(p.directions[1].behind == Leads::away);
  CHECK(p.directions[1].vector == std::vector<double>{0, 1});
}

TEST_CASE("the report of exercise 1.1 can be read") {
  const Outcome o = run(R"(inputs: {x: [2]}
nodes:
  f: sin(x1) + 2*x2^2
critical:
  - {of: f, by: x, near: [1.5, 0.1], point: [pi/2, 0], kind: saddle}
)");
  CHECK(o.code == 0);
  CHECK(o.err.empty());
  const std::string report = o.out.substr(o.out.find('\n'));
  CHECK(report == R"(

critical points of f by x, from [1.5, 0.1]

  point       [1.5708, 0]
  value       1
  |gradient|  6.1e-17
  kind        saddle: there are eigenvalues of both signs

  eigenvalue  eigenvector  the gradient beside leads
          -1  [1, 0]       towards the point
           4  [0, 1]       away from the point

  holds: a saddle at [1.5708, 0], as expected
)");
}

TEST_CASE("a minimum and a maximum of quadratics are found in few steps, wherever they lie") {
  const CriticalResult low = find_one("(x1 - 300)^2 + x1*x2 + x2^2", "near: [0, 0]");
  at(low.points.at(0), {400, -200}, 1e-9);
  CHECK(low.points[0].kind == CriticalKind::minimum);
  const CriticalResult high = find_one("3 - 1e-9*norm2(x)^2", "near: [1, 1], kind: maximum");
  CHECK(high.holds);
  at(high.points.at(0), {0, 0});
}

TEST_CASE("a monkey saddle is inconclusive: its Hessian vanishes") {
  const CriticalResult r = find_one(monkey_saddle, "near: [0.7, 0.3]");
  at(r.points.at(0), {0, 0});
  CHECK(r.points[0].kind == CriticalKind::inconclusive);
  // A cubic leads towards the point on one side and away on the other.
  bool through = false;
  for (const CriticalDirection& d : r.points[0].directions) through = through || d.ahead != d.behind;
  CHECK(through);
  CHECK(find_one(monkey_saddle, "point: [0, 0], kind: inconclusive").holds);
  CHECK_FALSE(find_one(monkey_saddle, "near: [0.7, 0.3], kind: saddle").holds);
}

TEST_CASE("Rosenbrock's function has its minimum at [1, 1], from [-1.2, 1] and from anywhere") {
  const CriticalResult r = find_one(rosenbrock, "near: [-1.2, 1], point: [1, 1], kind: minimum");
  CHECK(r.holds);
  at(r.points.at(0), {1, 1}, 1e-9);
  const CriticalResult any = find_one(rosenbrock, "");
  CHECK(any.starts == 16);
  CHECK(any.points.size() == 1);
}

TEST_CASE("in a valley the nearest point is found by least squares, and is inconclusive") {
  const CriticalResult line = find_one("(x1 + x2 - 1)^2", "near: [0, 0]");
  at(line.points.at(0), {0.5, 0.5});
  CHECK(line.points[0].kind == CriticalKind::inconclusive);
  CHECK(line.points[0].directions[0].ahead == Leads::neither);
  const CriticalResult circle = find_one("(norm2(x)^2 - 1)^2", "near: [1, 1]");
  at(circle.points.at(0), {std::sqrt(0.5), std::sqrt(0.5)}, 1e-9);
  CHECK(circle.points[0].kind == CriticalKind::inconclusive);
  CHECK(find_one("(norm2(x)^2 - 1)^2", "near: [0.1, 0.1], kind: maximum").holds);
}

TEST_CASE("a true point is not refused where the Hessian vanishes to a high order") {
  CHECK(find_one("x1^4 + x2^2", "near: [1, 1], point: [0, 0], kind: inconclusive").holds);
  CHECK(find_one("x1^6 + x2^2", "near: [1, 1], point: [0, 0], kind: inconclusive").holds);
  CHECK_FALSE(find_one("x1^6 + x2^2", "near: [1, 1], point: [0.01, 0]").holds);
  CHECK_FALSE(find_one("x1^6 + x2^2", "near: [1, 1], point: [0, 0.0001]").holds);
}

TEST_CASE("exercise 1.2: a linear function has no critical point, as its gradient is constant") {
  const CriticalResult r = find_one("3*x1 - 2*x2", "kind: none");
  CHECK(r.holds);
  CHECK(r.verdict == "there is none: the gradient is the constant [3, -2]");
  REQUIRE(r.constant_gradient);
  CHECK(*r.constant_gradient == std::vector<double>{3, -2});
  CHECK(find_one("3*x1 - 2*x2", "").holds);  // a question, answered
  CHECK_FALSE(find_one("3*x1 - 2*x2", "kind: minimum").holds);
  CHECK_FALSE(find_one("3*x1 - 2*x2", "near: [0, 0], point: [0, 0]").holds);
}

TEST_CASE("kind none is refuted by a point, and not proven by finding none") {
  const CriticalResult square = find_one("norm2(x)^2", "kind: none");
  CHECK_FALSE(square.holds);
  CHECK(square.verdict == "expected none, found a minimum at [0, 0]");
  // Linear near zero, and constant far off.
  CHECK_FALSE(find_one("relu(x1 + 20) + x2 - x2", "kind: none").holds);
  const CriticalResult rising = find_one("exp(x1) + exp(x2)", "kind: none");
  CHECK_FALSE(rising.holds);
  CHECK(rising.verdict == "none found from 16 starts, which does not prove that there is none");
  // Almost a valley: not everything small is zero.
  CHECK_FALSE(find_one("x1^2 + 0.000001*x2", "near: [1, 1]").holds);
  const CriticalResult constant = find_one("0*x1 + 7", "kind: none");
  CHECK_FALSE(constant.holds);
  CHECK(contains(constant.verdict, "the gradient is zero everywhere: every point is critical"));
}

TEST_CASE("without near, the distinct points are listed and each is classified") {
  const CriticalResult r = find_one("sum(x.^3) - 3*sum(x)", "");
  REQUIRE(r.points.size() == 4);
  const CriticalKind kinds[] = {CriticalKind::maximum, CriticalKind::saddle, CriticalKind::saddle,
                                CriticalKind::minimum};
  const double places[][2] = {{-1, -1}, {-1, 1}, {1, -1}, {1, 1}};
  for (std::size_t i = 0; i < 4; ++i) {
    at(r.points[i], {places[i][0], places[i][1]}, 1e-9);
    CHECK(r.points[i].kind == kinds[i]);
  }
  CHECK(r.verdict == "4 critical points");
  CHECK(find_one("sum(x.^3) - 3*sum(x)", "point: [1, -1], kind: saddle").holds);
  // Far from every random start, but a true claim.
  CHECK(find_one("sin(x1) + sin(x2)", "point: [-41*pi/2, 31*pi/2]").holds);
}

TEST_CASE("other inputs keep their value or are drawn, parameters start, sizes follow from the points") {
  const CriticalResult given =
      find_one("norm2(x - c)^2", "kind: minimum", "x: [2], c: {shape: [2], value: [3, 4]}");
  at(given.points.at(0), {3, 4});
  CHECK(given.drawn.empty());
  const CriticalResult drawn = find_one("norm2(x - c)^2", "", "x: [n], c: [n]");
  CHECK(drawn.drawn == std::vector<std::string>{"c"});
  CHECK(find_one("norm2(x)^2", "near: [1, 2, 3, 4, 5]", "x: [n]").shape == Shape{5});
  const CriticalResult matrix = find_one("tr(x'*x) + sum(x)", "near: [[1, 2], [3, 4], [5, 6]]", "x: [m, n]");
  at(matrix.points.at(0), {-0.5, -0.5, -0.5, -0.5, -0.5, -0.5});
  CHECK(find_one("x^3 - 3*x", "point: 1, kind: minimum", "x: []").holds);
  const GraphFile file = read_graph_text(
      "inputs: {x: [2]}\nparameters: {p: {shape: [2], init: ones}}\nnodes:\n  f: norm2(x - p)^2\n"
      "critical: [{of: f, by: x, point: [1, 1]}, {of: f, by: p}]\n",
      "test.yaml", registry());
  const BuiltGraph built = build_file(file, registry());
  for (const CriticalRequest& r : built.critical) CHECK(find_critical(built.graph, r).holds);
}

TEST_CASE("a wrong expectation ends with exit code 1 and says what was found") {
  const auto verdict = [](const std::string& options, const std::string& formula = "sin(x1) + 2*x2^2") {
    const Outcome o =
        run("inputs: {x: [2]}\nnodes:\n  f: " + formula + "\ncritical: [{of: f, by: x, " + options + "}]\n",
            {"--quiet"});
    CHECK(o.code == 1);
    CHECK(o.err.empty());
    return o.out;
  };
  const std::string start = "critical points of f by x: NOT MET: ";
  CHECK(verdict("near: [1.5, 0.1], kind: minimum") ==
        start + "expected a minimum, found a saddle at [1.5708, 0]\n");
  CHECK(verdict("near: [1.5, 0.1], point: [pi/3, 0]") ==
        start + "expected a critical point at [1.0472, 0], found a saddle at [1.5708, 0]\n");
  CHECK(verdict("near: [1.5, 0.1], point: [pi/2, 0], kind: maximum") ==
        start + "expected a maximum at [1.5708, 0], found a saddle at [1.5708, 0]\n");
  CHECK(verdict("near: [1.5, 0.1], point: [1.57, 0]").find("expected a critical point at [1.57, 0]") !=
        std::string::npos);
  CHECK(verdict("near: [0, 0]", "x1^2 + x2") ==
        start +
            "Newton's method from [0, 0] finds none: it stops at [0, 0], "
            "where the gradient's norm is 1\n");
  CHECK(verdict("near: [-1, 0]", "log(x1) + x2^2") == start + "f is not finite at [-1, 0]\n");
  CHECK(verdict("near: [1, 0]", "x1*sqrt(x2)") == start + "the gradient at [1, 0] is not finite\n");
}

TEST_CASE("critical points come after claims, and one that is not as expected decides the exit code") {
  const std::string yaml = "inputs: {x: [2]}\nnodes:\n  f: norm2(x)^2\ncheck: [df/dx = 2*x]\n";
  Outcome o = run(yaml + "critical: [{of: f, by: x, kind: minimum}]\n");
  CHECK(o.code == 0);
  CHECK(o.out.find("df/dx = 2*x") < o.out.find("critical points of f by x"));
  o = run(yaml + "critical: [{of: f, by: x, kind: maximum}]\n");
  CHECK(o.code == 1);
}

TEST_CASE("with --json each entry is an event with its points, directions and verdict") {
  const Outcome o =
      run("inputs: {x: [2]}\nnodes:\n  f: sin(x1) + 2*x2^2\n  g: x1 + x2\ncritical:\n"
          "  - {of: f, by: x, near: [1.5, 0.1], kind: saddle}\n  - {of: g, by: x, kind: none}\n",
          {"--json"});
  CHECK(o.code == 0);
  std::istringstream lines(o.out);
  std::vector<nlohmann::json> events;
  for (std::string line; std::getline(lines, line);) events.push_back(nlohmann::json::parse(line));
  REQUIRE(events.size() == 2);
  const auto& e = events[0];
  CHECK(e["event"] == "critical");
  CHECK(e["line"] == 6);
  CHECK(e["of"] == "f");
  CHECK(e["by"] == "x");
  CHECK(e["holds"] == true);
  CHECK(e["match"] == 0);
  CHECK(e["points"][0]["kind"] == "saddle");
  CHECK(e["points"][0]["point"][0].get<double>() == doctest::Approx(std::numbers::pi / 2));
  CHECK(e["points"][0]["directions"][0]["eigenvalue"].get<double>() == doctest::Approx(-1));
  CHECK(e["points"][0]["directions"][0]["ahead"] == "towards");
  CHECK(e["points"][0]["directions"][1]["behind"] == "away");
  CHECK(events[1]["constant_gradient"] == nlohmann::json({1, 1}));
}

TEST_CASE("the same file gives the same bytes") {
  const std::string yaml =
      "inputs: {x: [2], c: [2]}\nnodes:\n  f: sum(sin(x)) + c'*x/3\ncritical: [{of: f, by: x}]\n";
  const TemporaryFolder folder;
  const std::string file = folder.write("g.yaml", yaml);
  CHECK(run_tool("graph-runner", {file}).out == run_tool("graph-runner", {file}).out);
}

TEST_CASE("a node without duals is an error that names it") {
  const TemporaryFolder folder;
  const std::string file = folder.write(
      "g.yaml",
      "inputs: {x: [2]}\nnodes:\n  y: {type: Plain, in: x}\n  f: sum(y)\ncritical: [{of: f, by: x}]\n");
  const Outcome o = run_tool("graph-runner", {file, "--plugins", test_plugins()});
  CHECK(o.code == 2);
  CHECK(contains(o.err, "g.yaml:3:3: error: node 'y': Plain does not support the scalar dual"));
}

TEST_CASE("the format's reference shows what is printed") {
  const std::string readme = read_file(source_folder() / "graphs" / "README.md");
  const std::size_t from = readme.find("# Homework 7, exercises 1.1 and 1.2"), to = readme.find("```", from);
  const Outcome o = run(readme.substr(from, to - from));
  CHECK(o.code == 0);
  CHECK(contains(readme, "```\n" + o.out.substr(o.out.find("\n\n") + 2) + "```\n"));
}
