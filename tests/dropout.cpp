// Dropout, and what a node with random numbers may rely on: one seed a node and step, known again in
// backward.
#include <cmath>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/support.hpp"

using namespace graph_runner;
using namespace graph_runner::test;

namespace {

constexpr std::size_t many = 100000;

// Two dropouts of an input of ones, walked as a step of training or evaluation, or on several threads.
struct Twice {
  explicit Twice(double rate)
      : g(graph(fmt::format("inputs: {{x: [{}]}}\nnodes:\n  a: {{type: Dropout, in: x, rate: {}}}\n  b: "
                            "{{type: Dropout, in: x, rate: {}}}",
                            many, rate, rate))),
        m(g, [this] {
          PlanRequest r;
          r.seeds = {g.find("a")};
          r.keep = {g.find("b")};
          r.wanted = {g.find("x")};
          return r;
        }()) {}
  void walk(const Step& step, double x = 1) {
    m.set("x", std::vector<double>(many, x));
    walk_forward(m.workspace, step);
    fill(m.workspace.gradient(g.find("a")), 1);
    walk_backward(m.workspace, step);
    a = m.value("a");
    b = m.value("b");
    dx = m.gradient("x");
  }
  Graph g;
  Machine m;
  std::vector<double> a, b, dx;
};

std::size_t equal_entries(const std::vector<double>& a, const std::vector<double>& b) {
  std::size_t n = 0;
  for (std::size_t i = 0; i < a.size(); ++i) n += a[i] == b[i];
  return n;
}

}  // namespace

TEST_CASE(
    "Dropout drops a share of about `rate` in training and scales the rest, forward and backward alike") {
  for (const double rate : {0.1, 0.5, 0.9}) {
    Twice twice(rate);
    twice.walk({17, true, nullptr});
    std::size_t kept = 0, wrong = 0;
    for (std::size_t i = 0; i < many; ++i) {
      kept += twice.a[i] != 0;
      wrong += twice.a[i] != 0 && std::abs(twice.a[i] - 1 / (1 - rate)) > 1e-15 / (1 - rate);
    }
    CHECK(wrong == 0);
    CHECK(twice.dx == twice.a);  // of ones both
    const double deviation = std::sqrt(double(many) * rate * (1 - rate));
    CHECK(std::abs(double(kept) - double(many) * (1 - rate)) < 5 * deviation);
    // What stands beside each other is dropped independently.
    std::size_t both = 0;
    for (std::size_t i = 1; i < many; ++i) both += twice.a[i] != 0 && twice.a[i - 1] != 0;
    CHECK(std::abs(double(both) - double(many) * (1 - rate) * (1 - rate)) < 8 * deviation);
  }
}

TEST_CASE("Dropout is the identity in evaluation, and with rate 0") {
  Twice half(0.5), none(0);
  half.walk({17, false, nullptr}, 3);
  none.walk({17, true, nullptr}, 3);
  for (const Twice* t : {&half, &none}) {
    CHECK(t->a == std::vector<double>(many, 3));
    CHECK(t->dx == std::vector<double>(many, 1));
  }
}

TEST_CASE(
    "the nodes and the steps of a run drop other entries each, and a run repeats on any number of threads") {
  Twice first(0.5), again(0.5), next(0.5);
  first.walk({1, true, nullptr});
  ThreadPool pool(3);
  again.walk({1, true, &pool});
  next.walk({2, true, nullptr});
  CHECK(again.a == first.a);
  CHECK(again.b == first.b);
  CHECK(again.dx == first.dx);
  // Of two independent masks with rate 1/2, half agrees.
  for (const std::size_t equal : {equal_entries(first.a, first.b), equal_entries(first.a, next.a)})
    CHECK(std::abs(double(equal) - double(many) / 2) < 5 * std::sqrt(double(many)) / 2);
}

TEST_CASE("a graph with Dropout trains, and what is evaluated after an epoch is not dropped out") {
  const TemporaryFolder folder;
  // The loss is what Dropout changes: none in evaluation, so what makes h smaller is that steps have it.
  const std::string file = folder.write("dropout.yaml", R"(inputs: {x: [batch, 2]}
nodes:
  h: {type: Linear, in: x, units: 8}
  d: {type: Dropout, in: h, rate: 0.25}
  loss: {type: SquaredLoss, in: [d, h]}
  size: norm2(h)
data:
  train: {x: [[1, 2], [3, 4], [5, 6], [7, 8]]}
  test: {x: [[1, 2], [3, 4]]}
train: {minimize: loss, optimizer: {type: SGD, rate: 0.001}, batch: 2, epochs: 30, watch: [size]}
)");
  const auto epochs = [&](const std::vector<std::string>& options) {
    std::vector<std::string> arguments{file, "--json"};
    arguments.insert(arguments.end(), options.begin(), options.end());
    const Outcome o = run_tool("graph-runner", arguments);
    CHECK(o.code == 0);
    std::vector<double> sizes;
    std::istringstream lines(o.out);
    for (std::string line; std::getline(lines, line);) {
      const auto event = nlohmann::json::parse(line);
      if (event["event"] != "epoch") continue;
      for (const char* split : {"train", "test"}) CHECK(event[split]["loss"] == 0);
      sizes.push_back(event["train"]["size"]);
    }
    return sizes;
  };
  const auto sizes = epochs({});
  REQUIRE(sizes.size() == 30);
  CHECK(sizes[29] < sizes[0]);
  CHECK(epochs({"--threads", "2"}) == sizes);
  CHECK(epochs({"--seed", "2"}) != sizes);
}
