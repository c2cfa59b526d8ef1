// Elementwise nodes of inputs whose shapes differ: NumPy's rule, and gradients summed over what repeats.
#include <algorithm>
#include <cmath>
#include <functional>

#include "tests/support.hpp"

using namespace graph_runner;
using namespace graph_runner::test;
using Entries = std::vector<double>;

namespace {

std::size_t count(const Shape& s) { return static_cast<std::size_t>(entries_of(s)); }

// Where the entry i of the whole shape lies in a tensor of the shape `own`.
std::size_t place(const Shape& whole, const Shape& own, std::size_t i) {
  const Shape index = index_of(whole, i);  // from 1
  std::size_t at = 0;
  for (std::size_t a = 0; a < own.size(); ++a) {
    const std::int64_t k = own[a] == 1 ? 1 : index[whole.size() - own.size() + a];
    at = at * static_cast<std::size_t>(own[a]) + static_cast<std::size_t>(k - 1);
  }
  return at;
}

struct Pair {
  Shape a, b, whole;
};
const std::vector<Pair> pairs = {
    {{2, 3}, {3}, {2, 3}},          {{3}, {2, 3}, {2, 3}},          {{2, 3}, {2, 1}, {2, 3}},
    {{2, 1}, {1, 3}, {2, 3}},       {{}, {2, 3}, {2, 3}},           {{1}, {}, {1}},
    {{1, 1}, {3}, {1, 3}},          {{4, 1, 3}, {2, 1}, {4, 2, 3}}, {{2, 1, 2, 1}, {3, 1, 2}, {2, 3, 2, 2}},
    {{40, 30}, {40, 30}, {40, 30}}, {{300, 40}, {40}, {300, 40}}};

// What forward gives, and backward from ones, of a type with inputs a and b.
struct Found {
  Found(const std::string& type, const Pair& p, const Entries& a, const Entries& b)
      : g(graph(fmt::format("inputs: {{a: {}, b: {}}}\nnodes: {{c: {{type: {}, in: [a, b]}}}}",
                            to_string(p.a), to_string(p.b), type))),
        m(g, [this] {
          PlanRequest r;
          r.seeds = {g.find("c")};
          r.wanted = {g.find("a"), g.find("b")};
          return r;
        }()) {
    m.set("a", a);
    m.set("b", b);
    m.walk();
  }
  Graph g;
  Machine m;
};

}  // namespace

TEST_CASE("elementwise types repeat the shorter input, and sum its gradient over the repetitions") {
  struct Binary {
    const char* type;
    std::function<double(double, double)> value, by_a, by_b;
  };
  const std::vector<Binary> types = {
      {"Add", [](double a, double b) { return a + b; }, [](double, double) { return 1; },
       [](double, double) { return 1; }},
      {"Subtract", [](double a, double b) { return a - b; }, [](double, double) { return 1; },
       [](double, double) { return -1; }},
      {"Multiply", [](double a, double b) { return a * b; }, [](double, double b) { return b; },
       [](double a, double) { return a; }},
      {"Divide", [](double a, double b) { return a / b; }, [](double, double b) { return 1 / b; },
       [](double a, double b) { return -a / b / b; }},
      {"Max", [](double a, double b) { return std::max(a, b); }, [](double a, double b) { return a > b; },
       [](double a, double b) { return a < b; }},
      {"Min", [](double a, double b) { return std::min(a, b); }, [](double a, double b) { return a < b; },
       [](double a, double b) { return a > b; }}};
  for (const Binary& t : types)
    for (const Pair& p : pairs) {
      INFO(t.type, " of ", to_string(p.a), " and ", to_string(p.b));
      Entries a(count(p.a)), b(count(p.b)), c(count(p.whole)), da(a.size()), db(b.size());
      for (std::size_t i = 0; i < a.size(); ++i) a[i] = 1 + std::sin(double(i));
      for (std::size_t i = 0; i < b.size(); ++i) b[i] = 1.5 + std::cos(double(2 * i));
      for (std::size_t i = 0; i < c.size(); ++i) {
        const std::size_t j = place(p.whole, p.a, i), k = place(p.whole, p.b, i);
        c[i] = t.value(a[j], b[k]);
        da[j] += t.by_a(a[j], b[k]);
        db[k] += t.by_b(a[j], b[k]);
      }
      const Found found(t.type, p, a, b);
      CHECK(found.m.plan.shape(found.g.find("c")) == p.whole);
      CHECK(found.m.value("c") == c);
      for (const auto& [name, expected] : {std::pair("a", da), std::pair("b", db)}) {
        const Entries gradient = found.m.gradient(name);
        REQUIRE(gradient.size() == expected.size());
        for (std::size_t i = 0; i < gradient.size(); ++i)
          CHECK(gradient[i] == doctest::Approx(expected[i]).epsilon(1e-12));
      }
    }
}

TEST_CASE("a bias of one axis meets a batch, and sizes with names are equal by their names") {
  const Graph g = graph(R"(inputs: {x: [batch, n], column: [batch, 1]}
parameters: {bias: {shape: [n], init: zeros}}
nodes:
  y: {type: Add, in: [x, bias]}
  z: {type: Multiply, in: [column, y]}
)");
  CHECK(g.sizes().text(g.values()[g.find("y")].shape) == "[batch, n]");
  CHECK(g.sizes().text(g.values()[g.find("z")].shape) == "[batch, n]");
}

TEST_CASE("shapes that cannot be broadcast are refused with both of them and the rule") {
  const auto error = [](const char* a, const char* b) {
    return error_of(fmt::format("inputs: {{a: {}, b: {}}}\nnodes: {{c: {{type: Add, in: [a, b]}}}}", a, b));
  };
  CHECK(error("[2, 3]", "[2]") ==
        "test.yaml:2:9: node 'c' (Add): port 'b' (fed by 'b') has shape [2], which cannot be broadcast with "
        "[2, 3] of port "
        "'a' "
        "(fed by 'a'): from the last axis on, sizes must be equal, or one of them 1 or missing");
  CHECK(contains(error("[batch, n]", "[batch]"), "[batch], which cannot be broadcast with [batch, n] of"));
  CHECK(contains(error("[n]", "[3]"), "[3], which cannot be broadcast with [n] of"));
  CHECK(error("[n]", "[1]") == "");
}

TEST_CASE("a value that feeds both inputs, broadcast or not, gets the gradients by both") {
  const Graph g = graph(R"(inputs: {x: [1, 3], y: [2, 1]}
nodes:
  s: {type: Add, in: [x, y]}
  t: {type: Multiply, in: [s, x]}
  u: {type: Multiply, in: [x, x]}
)");
  PlanRequest r;
  r.seeds = {g.find("t"), g.find("u")};
  r.wanted = {g.find("x"), g.find("y")};
  Machine m(g, r);
  m.set("x", {1, 2, 3});
  m.set("y", {10, 20});
  m.walk();  // t = x² + x y, and u = x²
  CHECK(m.gradient("x") == Entries{6 * 1 + 30, 6 * 2 + 30, 6 * 3 + 30});
  CHECK(m.gradient("y") == Entries{6, 6});
}

TEST_CASE("formulas want equal shapes as before, whatever node types broadcast") {
  const auto error = [](const std::string& f) {
    return error_of("inputs: {X: [2, 3], b: [3], T: [3, 3, 3], S: [3, 3, 3, 3]}\nnodes: {y: \"" + f + "\"}");
  };
  for (const char* f : {"X + b", "X .* b", "max(X, b)", "X ./ b'", "T + S", "max(T, S)", "T .* X"}) {
    INFO(f);
    CHECK(contains(error(f), "their shapes must be equal"));
  }
  CHECK(error("X + b'") == "");
}
