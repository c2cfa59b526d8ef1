// The values that the node types behind formulas are documented to have, the kinks and limits among them.
#include <cmath>

#include "tests/support.hpp"

using namespace graph_runner;
using namespace graph_runner::test;

namespace {

using E = std::vector<double>;

// y of a graph whose inputs x and z have these shapes and entries.
E value(const std::string& y, const std::string& shape, const E& x, const std::string& other = "",
        const E& z = {}) {
  const Graph g = graph(fmt::format("inputs: {{x: {}{}}}\nnodes: {{y: {{{}}}}}", shape,
                                    other.empty() ? "" : ", z: " + other, y));
  PlanRequest r;
  r.keep = {g.find("y")};
  Machine m(g, r);
  if (m.workspace.value(g.find("x")).data) m.set("x", x);
  if (!other.empty()) m.set("z", z);
  walk_forward(m.workspace);
  return m.value("y");
}
E of(const std::string& type, const E& x) {
  return value(fmt::format("type: {}, in: x", type), fmt::format("[{}]", x.size()), x);
}
E matrix(const std::string& type, const E& x) {
  return value(fmt::format("type: {}, in: x", type), "[2, 2]", x);
}

// The derivative of y = type(x) for a number x: by a walk backward, and by one forward on duals.
std::pair<double, double> slopes(const std::string& type, double x) {
  const Graph g = graph(fmt::format("inputs: {{x: []}}\nnodes: {{y: {{type: {}, in: x}}}}", type));
  PlanRequest r;
  r.seeds = {g.find("y")};
  r.wanted = {g.find("x")};
  Machine m(g, r);
  m.set("x", {x});
  m.walk();
  r.scalar = ScalarType::dual64;
  r.wanted = {};
  Machine dual(g, r);
  const Tensor at = dual.workspace.value(g.find("x"));
  static_cast<double*>(at.data)[0] = x;
  static_cast<double*>(at.data)[1] = 1;
  walk_forward(dual.workspace);
  return {m.gradient("x")[0], static_cast<double*>(dual.workspace.value(g.find("y")).data)[1]};
}

void close(const E& found, const E& expected) {
  REQUIRE(found.size() == expected.size());
  for (std::size_t i = 0; i < found.size(); ++i)
    CHECK(found[i] == doctest::Approx(expected[i]).epsilon(1e-14));
}

}  // namespace

TEST_CASE("elementwise functions have their documented values") {
  close(of("Sin", {0, 1, -2}), {0, std::sin(1), std::sin(-2)});
  close(of("Cos", {0, 1, -2}), {1, std::cos(1), std::cos(-2)});
  close(of("Tan", {0, 1, -2}), {0, std::tan(1), std::tan(-2)});
  close(of("Exp", {0, 1, -800}), {1, std::exp(1), 0});
  close(of("Log", {1, 2}), {0, std::log(2)});
  close(of("Sqrt", {4, 2}), {2, std::sqrt(2)});
  CHECK(of("Abs", {-2, 0, 3}) == E{2, 0, 3});
  CHECK(of("Step", {-2, 0, 3, INFINITY, -INFINITY}) == E{0, 0, 1, 1, 0});
  CHECK(of("Sign", {-2, 0, 3, -INFINITY}) == E{-1, 0, 1, -1});
  CHECK(of("Floor", {-1.5, 2, 2.9}) == E{-2, 2, 2});
  CHECK(of("Negate", {1, -2}) == E{-1, 2});
  CHECK(of("Copy", {1, -2}) == E{1, -2});
  CHECK(of("Power, exponent: 3", {2, -2, 0}) == E{8, -8, 0});
  CHECK(of("Power, exponent: 0", {2, 0}) == E{1, 1});
  CHECK(value("type: Subtract, in: [x, z]", "[2]", {5, 1}, "[2]", {2, 3}) == E{3, -2});
  CHECK(value("type: Divide, in: [x, z]", "[2]", {5, 1}, "[2]", {2, 4}) == E{2.5, 0.25});
  close(value("type: Pow, in: [x, z]", "[2]", {4, 2}, "[2]", {0.5, -1}), {2, 0.5});
  CHECK(value("type: Mod, in: [x, z]", "[4]", {5, -5, 5, 6}, "[4]", {3, 3, -3, 3}) == E{2, 1, -1, 0});
  CHECK(value("type: Spread, in: [x, z]", "[]", {7}, "[2, 2]", {0, 0, 0, 0}) == E{7, 7, 7, 7});
}

TEST_CASE("what is not a number is not hidden by a step, a sign or a kink") {
  for (const char* type : {"Step", "Sign", "ReLU", "Abs", "Norm1", "Norm2", "Floor"}) {
    INFO(type);
    CHECK(std::isnan(of(type, {NAN})[0]));
  }
}

TEST_CASE("at a kink, backward and forward on duals agree") {
  using Slopes = std::pair<double, double>;
  CHECK(slopes("Abs", 0) == Slopes{0, 0});
  CHECK(slopes("Norm1", 0) == Slopes{0, 0});
  CHECK(slopes("Norm2", 0) == Slopes{0, 0});
  CHECK(slopes("ReLU", 0) == Slopes{0, 0});
  CHECK(slopes("Step", 0) == Slopes{0, 0});
  CHECK(slopes("Sign", 0) == Slopes{0, 0});
  CHECK(slopes("Floor", 2) == Slopes{0, 0});
  CHECK(slopes("Sigmoid", 0) == Slopes{0.25, 0.25});
  CHECK(slopes("Power, exponent: 0", 0) == Slopes{0, 0});
  CHECK(slopes("Power, exponent: 1", 0) == Slopes{1, 1});
}

TEST_CASE("sums and norms take all entries of a tensor of any rank") {
  const E x{3, -4, 0, 12};
  for (const char* shape : {"[4]", "[2, 2]", "[2, 1, 2]"}) {
    const auto y = [&](const char* type) { return value(fmt::format("type: {}, in: x", type), shape, x)[0]; };
    CHECK(y("Sum") == 11);
    CHECK(y("Mean") == 2.75);
    CHECK(y("Norm1") == 19);
    CHECK(y("Norm2") == 13);
    CHECK(y("SquaredNorm") == 169);
  }
}

TEST_CASE("functions and products of matrices have their documented values") {
  CHECK(matrix("Tr", {1, 2, 3, 4}) == E{5});
  close(matrix("Det", {1, 2, 3, 4}), {-2});
  close(matrix("Inv", {1, 2, 3, 4}), {-2, 1, 1.5, -0.5});
  close(matrix("Logdet", {2, 1, 1, 3}), {std::log(5)});
  close(matrix("Logdet", {0, 2, -3, 0}), {std::log(6)});  // a pivot changes the sign twice
  CHECK(std::isnan(matrix("Logdet", {0, 1, 1, 0})[0]));
  close(value("type: Logdet, in: x", "[2, 2]", {1e200, 0, 0, 1e200}), {400 * std::log(10)});
  CHECK(matrix("Transpose", {1, 2, 3, 4}) == E{1, 3, 2, 4});
  CHECK(value("type: Outer, in: [x, z]", "[2]", {1, 2}, "[3]", {3, 4, 5}) == E{3, 4, 5, 6, 8, 10});
  CHECK(value("type: Dot, in: [x, z]", "[2]", {1, 2}, "[2]", {3, 4}) == E{11});
  CHECK(value("type: MatVec, in: [x, z]", "[2, 3]", {1, 2, 3, 4, 5, 6}, "[3]", {1, 0, -1}) == E{-2, -2});
  CHECK(value("type: Kron, in: [x, z]", "[2, 1]", {2, 3}, "[1, 2]", {1, 5}) == E{2, 10, 3, 15});
  CHECK(value("type: Kron, in: [x, z]", "[1, 2]", {2, 3}, "[2, 1]", {1, 5}) == E{2, 3, 10, 15});
}

TEST_CASE("what arranges entries anew") {
  const E six{1, 2, 3, 4, 5, 6};
  CHECK(of("Diag", {1, 2}) == E{1, 0, 0, 2});
  CHECK(matrix("Diag", {1, 2, 3, 4}) == E{1, 4});
  CHECK(value("type: Diag, in: x", "[1]", {5}) == E{5});
  CHECK(value("type: Index, in: x, at: [3]", "[6]", six) == E{3});
  CHECK(value("type: Index, in: x, at: [2, 1]", "[2, 3]", six) == E{4});
  CHECK(value("type: Index, in: x, at: [2, 0]", "[2, 3]", six) == E{4, 5, 6});
  CHECK(value("type: Index, in: x, at: [0, 3]", "[2, 3]", six) == E{3, 6});
  const E eight{1, 2, 3, 4, 5, 6, 7, 8};
  CHECK(value("type: Index, in: x, at: [2, 1, 2]", "[2, 2, 2]", eight) == E{6});
  CHECK(value("type: Index, in: x, at: [0, 2, 0]", "[2, 2, 2]", eight) == E{3, 4, 7, 8});
  CHECK(value("type: Index, in: x, at: [0, 0, 1]", "[2, 2, 2]", eight) == E{1, 3, 5, 7});
  CHECK(value("type: Take, in: x, at: [4, 1, 4]", "[2, 3]", six) == E{4, 1, 4});
  CHECK(value("type: Take, in: x, at: [1]", "[]", {7}) == E{7});
  CHECK(value("type: Stack, in: [x, z]", "[]", {1}, "[]", {2}) == E{1, 2});
  CHECK(value("type: Stack, in: [x, z, x]", "[2]", {1, 2}, "[2]", {3, 4}) == E{1, 2, 3, 4, 1, 2});
  CHECK(value("type: Flatten, in: x", "[2, 3]", six) == six);
  CHECK(value("type: Reshape, in: x, shape: [3, 2]", "[6]", six) == six);
  CHECK(value("type: Eye, n: 2", "[2]", {}) == E{1, 0, 0, 1});
  CHECK(value("type: Zeros, shape: [2]", "[2]", {}) == E{0, 0});
  CHECK(value("type: Ones, shape: [2, 2]", "[2]", {}) == E{1, 1, 1, 1});
  CHECK(value("type: Constant, value: pi/2", "[2]", {})[0] == doctest::Approx(1.5707963267948966));
}

TEST_CASE("shapes that come from attributes and inputs are symbolic until a plan fixes them") {
  const auto shape = [](const std::string& y) {
    const Graph g = graph("inputs: {A: [m, n], v: [n]}\nnodes: {y: {" + y + "}}");
    return g.sizes().text(g.values()[g.find("y")].shape);
  };
  CHECK(shape("type: Eye, n: m") == "[m, m]");
  CHECK(shape("type: Ones, shape: [n, 3]") == "[n, 3]");
  CHECK(shape("type: Extent, of: n") == "[]");
  CHECK(shape("type: Flatten, in: A") == "[m*n]");
  CHECK(shape("type: Reshape, in: A, shape: [n, m]") == "[n, m]");
  CHECK(shape("type: Kron, in: [A, A]") == "[m*m, n*n]");
  CHECK(shape("type: Diag, in: v") == "[n, n]");
  CHECK(shape("type: Stack, in: [v, v]") == "[2, n]");
  CHECK(shape("type: Index, in: A, at: [0, 1]") == "[m]");
  CHECK(shape("type: Take, in: A, at: [1, 1, 1]") == "[3]");
}

TEST_CASE("shapes that do not fit are refused with the reason") {
  const auto error = [](const std::string& y) {
    return error_of("inputs: {A: [m, n], v: [3], T: [2, 3, 4]}\nnodes: {y: {" + y + "}}");
  };
  const auto contains = [](const std::string& text, const char* part) {
    INFO(text);
    return text.find(part) != std::string::npos;
  };
  CHECK(contains(error("type: Tr, in: A"), "port 'A' (fed by 'A') wants a square matrix; it is m × n"));
  CHECK(contains(error("type: Diag, in: A"), "the matrix is not square"));
  CHECK(contains(error("type: Diag, in: T"), "takes a vector or a square matrix"));
  CHECK(contains(error("type: Index, in: v, at: [4]"), "index 4 is outside an axis of 3"));
  CHECK(contains(error("type: Index, in: v, at: [1, 2]"), "2 indices for 1 axes"));
  CHECK(contains(error("type: Take, in: v, at: [4]"), "there is no entry 4 among 3"));
  CHECK(contains(error("type: Reshape, in: A, shape: [m, m]"), "differ in their number of entries"));
  CHECK(contains(error("type: Ones, shape: []"), "expected a list of 1 to 8 sizes"));
  CHECK(contains(error("type: Stack, in: [v, A]"), "its leading axes must be [3]"));
}

TEST_CASE("an index past an axis that only a plan fixes fails when it runs") {
  const Graph g = graph("inputs: {v: [n]}\nnodes: {y: {type: Index, in: v, at: [3]}}");
  PlanRequest r;
  r.sizes = {{"n", 2}};
  r.keep = {g.find("y")};
  Machine m(g, r);
  CHECK_THROWS_WITH_AS(walk_forward(m.workspace), doctest::Contains("index 3 is outside an axis of 2"),
                       Error);
}
