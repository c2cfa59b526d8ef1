// The example nodes (tests/examples) compute what their first lines say; that their gradients are right,
// tests/nodes.cpp shows. They also show what each feature of the SDK looks like in a graph.
#include "tests/support.hpp"

using namespace graph_runner;
using namespace graph_runner::test;

namespace {

using Entries = std::vector<double>;

// A graph of one node 'y', walked forward.
struct One {
  One(const std::string& inputs, const std::string& node,
      const std::vector<std::pair<std::string, Entries>>& given)
      : g(graph(fmt::format("inputs: {{{}}}\nnodes: {{y: {{{}}}}}", inputs, node))), m(g, [this] {
          PlanRequest r;
          for (const ValueId v : g.nodes()[0].values)
            if (v != no_value) r.keep.push_back(v);
          return r;
        }()) {
    for (const auto& [name, entries] : given) m.set(name, entries);
    walk_forward(m.workspace);
  }
  Entries operator[](const std::string& name) const { return m.value(name); }
  Graph g;
  Machine m;
};

}  // namespace

TEST_CASE("Repeat: an integer, a text with choices, and a shape that no pattern can say, symbolic or not") {
  CHECK(One("x: [2, 2]", "type: Repeat, in: x", {{"x", {1, 2, 3, 4}}})["y"] ==
        Entries{1, 1, 2, 2, 3, 3, 4, 4});
  CHECK(One("x: [2]", "type: Repeat, in: x, times: 3, what: whole", {{"x", {1, 2}}})["y"] ==
        Entries{1, 2, 1, 2, 1, 2});
  const Graph g = graph("inputs: {x: [batch, n]}\nnodes: {y: {type: Repeat, in: x, times: 3}}");
  CHECK(g.sizes().text(g.values()[g.find("y")].shape) == "[batch, 3*n]");
}

TEST_CASE("Polynomial: a list of reals, and a formula of one entry") {
  CHECK(One("x: [3]", "type: Polynomial, in: x, coefficients: [1, 0, 1/2]", {{"x", {0, 2, -4}}})["y"] ==
        Entries{1, 3, 9});
}

TEST_CASE("LogLoss: a real in a range, domains, and a formula of two entries") {
  const One one("p: [2], t: [2]", "type: LogLoss, in: [p, t], smoothing: 1/2",
                {{"p", {0.5, 0.25}}, {"t", {0, 1}}});
  CHECK(one["y"][0] == doctest::Approx(std::log(2)).epsilon(1e-15));
  CHECK(one["y"][1] == doctest::Approx(-0.75 * std::log(0.25) - 0.25 * std::log(0.75)).epsilon(1e-15));
}

TEST_CASE("Standardize: an output that is saved for backward alone") {
  const One one("x: [2, 2]", "type: Standardize, in: x, epsilon: 1e-9", {{"x", {1, 5, -3, -3}}});
  for (const std::size_t i : {0, 1}) CHECK(one["y"][i] == doctest::Approx(i ? 1 : -1).epsilon(1e-9));
  CHECK(one["y"][2] == 0);
}

TEST_CASE("Normalize: parameters, of which one starts at ones") {
  const One one("x: [2, 2]", "type: Normalize, in: x, epsilon: 1e-9", {{"x", {1, 5, -3, -3}}});
  CHECK(one["y.gamma"] == Entries{1, 1});
  for (const std::size_t i : {0, 1}) CHECK(one["y"][i] == doctest::Approx(i ? 1 : -1).epsilon(1e-9));
  const One moved("x: [1, 2], g: [2], b: [2]",
                  "type: Normalize, in: {x: x, gamma: g, beta: b}, epsilon: 1e-9",
                  {{"x", {1, 5}}, {"g", {3, 7}}, {"b", {100, 200}}});
  CHECK(moved["y"][0] == doctest::Approx(97).epsilon(1e-9));
  CHECK(moved["y"][1] == doctest::Approx(207).epsilon(1e-9));
}

TEST_CASE("Bilinear: products with a diagonal") {
  const One one("a: [2, 2], b: [2, 3], W: [2, 3]", "type: Bilinear, in: {a: a, b: b, W: W}",
                {{"a", {1, 2, 0, 1}}, {"b", {1, 0, 1, 0, 1, 0}}, {"W", {1, 2, 3, 4, 5, 6}}});
  CHECK(one["y"] == Entries{24, 5});
}

TEST_CASE("Extreme: a bool, and two outputs, one of them discrete") {
  const std::vector<std::pair<std::string, Entries>> x{{"x", {4, 9, 9, 2, 1, 3}}};
  const One largest("x: [2, 3]", "type: Extreme, in: x", x),
      smallest("x: [2, 3]", "type: Extreme, in: x, smallest: true", x);
  CHECK(largest["y.value"] == Entries{9, 3});
  CHECK(largest["y.place"] == Entries{1, 2});
  CHECK(smallest["y.value"] == Entries{4, 1});
  CHECK(smallest["y.place"] == Entries{0, 1});
}

TEST_CASE("Pick: an optional input, and an index that is refused where it leaves its axis") {
  const auto picked = [](const Entries& index, const std::string& in, const std::string& more) {
    std::vector<std::pair<std::string, Entries>> given{{"x", {1, 2, 3, 4, 5, 6}}, {"k", index}};
    if (!more.empty()) given.push_back({"w", {10, 20, 30}});
    return One("x: [2, 3], k: [2]" + more, "type: Pick, in: " + in, given)["y"];
  };
  CHECK(picked({2, 0}, "[x, k]", "") == Entries{3, 4});
  CHECK(picked({2, 0}, "[x, k, w]", ", w: [3]") == Entries{90, 40});
  for (const double bad : {3.0, -1.0, 0.5})
    CHECK_THROWS_WITH_AS(picked({0, bad}, "[x, k]", ""),
                         doctest::Contains("expected a whole number from 0 to 2"), Error);
}
