// Symbolic sizes and shapes.
#include "core/sizes.hpp"
#include "tests/support.hpp"

using namespace graph_runner;
using namespace graph_runner::test;

TEST_CASE("sizes are equal exactly when they are the same polynomial") {
  Sizes s;
  const gr_size m = s.named("m"), n = s.named("n");
  CHECK(m != n);
  CHECK(s.named("m") == m);
  CHECK(s.sum(2, 3) == 5);
  CHECK(s.product(m, n) == s.product(n, m));
  CHECK(s.product(s.sum(m, 1), s.sum(m, 1)) == s.sum(s.sum(s.product(m, m), s.product(2, m)), 1));
  CHECK(s.sum(m, 0) == m);
  CHECK(s.product(m, 0) == 0);
  CHECK(s.text(s.sum(s.product(m, n), 2)) == "m*n + 2");
  CHECK(s.evaluate(s.sum(s.product(m, n), 2), {{"m", 3}, {"n", 4}}) == 14);
  CHECK(s.depends_on(s.product(m, 2), "m"));
  CHECK_FALSE(s.depends_on(s.product(m, 2), "n"));
}

TEST_CASE("a size is read as it is written") {
  Sizes s;
  const gr_size m = s.named("m"), n = s.named("n");
  CHECK(s.read("3") == 3);
  CHECK(s.read("n") == n);
  CHECK(s.read("n - 1") == s.difference(n, 1));
  CHECK(s.read(" 2 * (m+1)*n - 3 ") == s.difference(s.product(s.product(2, s.sum(m, 1)), n), 3));
  CHECK(s.read("n - 1 + 1") == n);
  for (const char* text : {"2*m*n - 3", "n - 1", "n + m*m", "12"}) CHECK(s.text(s.read(text)) == text);
  const auto wrong = [&](const char* text, const char* why) {
    INFO(text);
    CHECK_THROWS_WITH_AS(s.read(text), doctest::Contains(why), Error);
  };
  wrong("q - 1", "no input has a size called 'q'");
  wrong("2 - 3", "a size would be -1");
  wrong("n - m", "'-' of a number");
  wrong("99999999999999999999", "expected a size");
  for (const char* text : {"", "n -", "n n", "2n", "(n", "n)", "n/2", "1.5", "-n"})
    wrong(text, "expected a size");
  wrong(std::string(1000, '(').c_str(), "expected a size");
}

TEST_CASE("what nothing is left of is an error, with what it would be") {
  Sizes s;
  const gr_size rest = s.difference(s.named("n"), 2);
  CHECK(s.evaluate(rest, {{"n", 3}}) == 1);
  CHECK_THROWS_WITH_AS(s.evaluate(rest, {{"n", 2}}), doctest::Contains("the size n - 2 would be 0"), Error);
  CHECK_THROWS_AS(s.difference(2, 3), Error);
  CHECK(s.difference(s.sum(s.named("n"), 2), s.named("n")) == 2);
}

TEST_CASE("a size without a value and one that overflows are errors") {
  Sizes s;
  const gr_size m = s.named("m");
  CHECK_THROWS_WITH_AS(s.evaluate(m, {}), doctest::Contains("nothing fixes the size 'm'"), Error);
  CHECK_THROWS_AS(s.evaluate(s.product(m, m), {{"m", std::int64_t{1} << 40}}), Error);
  CHECK_THROWS_AS(s.product(s.product(std::int64_t{1} << 40, m), std::int64_t{1} << 40), Error);
}

TEST_CASE("shapes are inferred symbolically, once") {
  const Graph g = graph(R"(
inputs: {x: [batch, n], y: [batch, 3]}
nodes:
  z: {type: Concat, in: [x, y, x]}
  w: {type: Linear, in: z, units: 5}
)");
  CHECK(g.sizes().text(g.values()[g.find("z")].shape) == "[batch, 2*n + 3]");
  CHECK(g.sizes().text(g.values()[g.find("w.W")].shape) == "[5, 2*n + 3]");
  CHECK(g.sizes().text(g.values()[g.find("w")].shape) == "[batch, 5]");
}

TEST_CASE("shapes that disagree name the ports, what was found and what was expected") {
  const std::string e = error_of(R"(
inputs: {a: [m, k], b: [n, p]}
nodes: {c: {type: MatMul, in: [a, b]}}
)");
  CHECK(e.find(
            "test.yaml:3:9: node 'c' (MatMul): port 'b' (fed by 'b') has shape [n, p]; its axis 1 must be k, "
            "as axis 2 of port 'a' (fed by 'a') is") != std::string::npos);
}
