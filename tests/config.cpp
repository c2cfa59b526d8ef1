// Reading what is right: numbers, constant formulas, ways to connect, overrides.
#include "formulas/formula.hpp"
#include "tests/support.hpp"

using namespace graph_runner;
using namespace graph_runner::test;

TEST_CASE("constant formulas follow the usual precedence") {
  const auto value = [](const char* text) {
    const ConstantResult r = evaluate_constant(FormulaText(text));
    INFO(text, ": ", r.error);
    CHECK(r.error.empty());
    return r.value;
  };
  CHECK(value("1/255") == 1.0 / 255);
  CHECK(value("pi/2") == doctest::Approx(1.5707963267948966));
  CHECK(value("-2^2") == -4);
  CHECK(value("2^3^2") == 512);
  CHECK(value("2^-1") == 0.5);
  CHECK(value("1 - 2 - 3") == -4);
  CHECK(value("(1 + 2)*3e-1") == doctest::Approx(0.9));
  CHECK(value("--1") == 1);
  CHECK(value(".5") == 0.5);
}

TEST_CASE("malformed constant formulas say where and why") {
  const auto error = [](const char* text) {
    const ConstantResult r = evaluate_constant(FormulaText(text));
    return fmt::format("{}: {}", r.place.column, r.error);
  };
  CHECK(error("1/") == "3: the formula ends where a value is missing");
  CHECK(error("1/0") == "3: division by zero");
  CHECK(error("010") == "1: numbers are decimal, without leading zeros");
  CHECK(error("(1") == "1: this '(' is never closed: ')' is missing");
  CHECK(error("1 2") == "3: a product needs '*': found '2' after '1'; write 1*2");
  CHECK(error("1e999") == "1: is out of a double's range");
  CHECK(error("9^9^9") == "2: is not a finite number");
  CHECK(error("x") == "1: only numbers, pi, e, + - * / ^ and parentheses make a constant");
  for (const char c : {'(', '-'}) {
    const ConstantResult r = evaluate_constant(FormulaText(std::string(100000, c)));
    CHECK(r.error == "nested too deep; give a part of it a name of its own");
  }
}

TEST_CASE("an input is connected by name, by a list in port order, or by a map") {
  for (const char* in :
       {"[scores, target]", "{prediction: scores, target: target}", "{target: target, prediction: scores}"}) {
    const Graph g = graph(fmt::format(
        "inputs: {{scores: [n, 2], target: [n, 2]}}\nnodes: {{loss: {{type: SquaredLoss, in: {}}}}}", in));
    CHECK(g.nodes()[0].values[0] == g.find("scores"));
    CHECK(g.nodes()[0].values[1] == g.find("target"));
  }
}

TEST_CASE("a node may be written before those that feed it") {
  const Graph g = graph("inputs: {x: [2]}\nnodes:\n  b: {type: Tanh, in: a}\n  a: {type: Tanh, in: x}\n");
  CHECK(g.nodes()[0].name == "a");
  CHECK(g.nodes()[1].name == "b");
}

TEST_CASE("initialisers: by name, by number, uniform and normal") {
  const Graph g = graph(R"(
inputs: {x: [n, 400]}
parameters:
  u: {shape: [1000], init: {uniform: 0.5}}
  g: {shape: [10000], init: {normal: 2}}
nodes:
  a: {type: Linear, in: x, units: 50, init: {W: he, b: zeros}}
  b: {type: Linear, in: x, units: 50, init: {W: glorot, b: 1/4}}
  c: {type: Linear, in: x, units: 50}
)");
  Parameters p(g, {}, ScalarType::float64);
  p.initialise(g, {}, 1);
  const auto deviation = [&](const char* name) {
    double sum = 0;
    const auto t = p.tensor(g.find(name));
    for (std::int64_t i = 0; i < t.entries; ++i) sum += t.at(i) * t.at(i);
    return std::sqrt(sum / double(t.entries));
  };
  CHECK(deviation("a.W") == doctest::Approx(std::sqrt(2.0 / 400)).epsilon(0.02));
  CHECK(deviation("a.b") == 0);
  CHECK(deviation("b.W") == doctest::Approx(std::sqrt(6.0 / 450 / 3)).epsilon(0.02));
  CHECK(deviation("b.b") == 0.25);
  CHECK(deviation("c.W") == doctest::Approx(1 / std::sqrt(400.0 * 3)).epsilon(0.02));
  CHECK(deviation("c.b") == doctest::Approx(1 / std::sqrt(400.0 * 3)).epsilon(0.2));
  CHECK(deviation("u") == doctest::Approx(0.5 / std::sqrt(3.0)).epsilon(0.05));
  CHECK(deviation("g") == doctest::Approx(2).epsilon(0.03));
}

TEST_CASE("a parameter's initial values depend on its own name and the seed alone") {
  const char* small = "inputs: {x: [n, 3]}\nnodes: {a: {type: Linear, in: x, units: 2}}";
  const char* large =
      "inputs: {x: [n, 3]}\nnodes: {before: {type: Linear, in: x, units: 7}, a: {type: Linear, in: x, units: "
      "2}}";
  const auto values = [](const char* yaml, std::uint64_t seed) {
    const Graph g = graph(yaml);
    Parameters p(g, {}, ScalarType::float64);
    p.initialise(g, {}, seed);
    return Machine::entries(p.tensor(g.find("a.W")));
  };
  CHECK(values(small, 1) == values(large, 1));
  CHECK(values(small, 1) != values(small, 2));
}

TEST_CASE("--set replaces a value by one in YAML, adds a missing last key, and refuses the rest") {
  const auto with = [](const std::string& assignment) {
    return read_graph_text(
        "inputs: {x: [n, 2]}\nnodes: {y: {type: Linear, in: x, units: 3}}\ntrain: {minimize: y, optimizer: "
        "{type: SGD, rate: 1}, epochs: 2}",
        "test.yaml", registry(), {assignment});
  };
  CHECK(with("train.epochs=3").train->epochs == 3);
  CHECK(with("train.optimizer.rate=1/4").train->optimizer.rate.constant == 0.25);
  CHECK(with("train.seed=9").train->seed == 9);
  CHECK(with("nodes.y.units=8").graph.nodes[0].attributes[0].value.ints[0] == 8);
  CHECK(with("train.optimizer={type: Adam, rate: 0.5}").train->optimizer.rate.constant == 0.5);
  CHECK(with("inputs.x=[n, n, 2]").graph.inputs[0].shape.size() == 3);
  CHECK(with("train.watch=[y]").train->watch.size() == 1);
  for (const char* bad : {"epochs", "=3", "train.epoch=3", "trian.epochs=3", "train=3", "nodes.y.units.z=1",
                          "train.epochs=[1]", "train.epochs=", "train.optimizer={rate: 1, rate: 2}"}) {
    INFO(bad);
    CHECK_THROWS_AS(with(bad), Error);
  }
}

TEST_CASE("a byte order mark and Windows line ends are fine") {
  CHECK(error_of("\xEF\xBB\xBFinputs: {x: [2]}\r\nnodes:\r\n  y: {type: Tanh, in: x}\r\n").empty());
}
