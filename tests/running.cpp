// Running parameters, which a step of training replaces instead of following a gradient: those of BatchNorm,
// and what any node type with a discrete parameter S and a discrete output next_S may rely on.
#include <cmath>
#include <nlohmann/json.hpp>

#include "analysis/graph_check.hpp"
#include "tests/support.hpp"
#include "train/checkpoints.hpp"
#include "train/trainer.hpp"

using namespace graph_runner;
using namespace graph_runner::test;
using Entries = std::vector<double>;

namespace {

const std::string network = R"(inputs: {x: [batch, 2], t: [batch, 1]}
nodes:
  norm: {type: BatchNorm, in: x, momentum: 0.25}
  y: {type: Linear, in: norm, units: 1}
  loss: {type: SquaredLoss, in: [y, t]}
data:
  train: {x: [[1, 0], [3, 2], [1, 2], [3, 0], [1, 0], [3, 2], [3, 2], [1, 0]], t: [[1], [0], [1], [2], [1], [3], [1], [0]]}
  test: {x: [[2, 1], [4, 4], [0, 1]], t: [[1], [2], [3]]}
train:
  minimize: loss
  optimizer: {type: SGD, rate: 0.1, momentum: 0.9, weight_decay: 0.1}
  batch: 2
  epochs: 3
)";

struct Session {
  explicit Session(const std::string& yaml = network)
      : file(read_graph_text(yaml, "g.yaml", registry())),
        graph(build_graph(file, registry())),
        trainer(graph, *file.train, file.data ? &*file.data : nullptr, ".") {}
  Entries parameter(const std::string& name) const {
    return Machine::entries(trainer.parameters().tensor(graph.find(name)));
  }
  GraphFile file;
  Graph graph;
  Trainer trainer;
};

std::string with(std::string text, const std::string& part, const std::string& by) {
  return text.replace(text.find(part), part.size(), by);
}

// y, next_mean and next_variance of three rows of two.
struct Normed {
  explicit Normed(bool training, const std::string& rows = "[3, 2]", const Entries& x = {1, 0, 2, 0, 6, 0})
      : g(graph(
            "inputs: {x: " + rows +
            "}\nnodes: {b: {type: BatchNorm, in: x, epsilon: 1/3, momentum: 0.5}, y: {type: Copy, in: b}}")),
        m(g, [this] {
          PlanRequest r;
          r.keep = {g.find("y"), g.find("b.next_mean"), g.find("b.next_variance")};
          return r;
        }()) {
    m.set("x", x);
    m.set("b.scale", {2, 3});
    m.set("b.shift", {10, 20});
    m.set("b.mean", {1, 4});
    m.set("b.variance", {11. / 3, 9 - 1. / 3});
    walk_forward(m.workspace, {1, training, nullptr});
  }
  Graph g;
  Machine m;
};

void close(const Entries& found, const Entries& expected, double tolerance = 1e-13) {
  REQUIRE(found.size() == expected.size());
  for (std::size_t i = 0; i < found.size(); ++i)
    CHECK(found[i] == doctest::Approx(expected[i]).epsilon(tolerance));
}

}  // namespace

TEST_CASE("BatchNorm has mean and variance of the batch in training, and the running ones in evaluation") {
  const Normed training(true), evaluation(false);
  // Of 1, 2, 6: mean 3, variance 14/3, with epsilon 5; unbiased 7.
  const double r = 1 / std::sqrt(5.);
  close(training.m.value("y"), {10 - 4 * r, 20, 10 - 2 * r, 20, 10 + 6 * r, 20});
  close(training.m.value("b.next_mean"), {2, 2});
  close(training.m.value("b.next_variance"), {(11. / 3 + 7) / 2, (9 - 1. / 3) / 2});
  close(evaluation.m.value("y"), {10, 16, 11, 16, 15, 16});
  close(evaluation.m.value("b.next_mean"), {1, 4});
  close(evaluation.m.value("b.next_variance"), {11. / 3, 9 - 1. / 3});
}

TEST_CASE("a batch of one row says nothing of the variance, and BatchNorm leaves it as it is") {
  const Normed one(true, "[1, 2]", {5, 0});
  close(one.m.value("y"), {10, 20});
  close(one.m.value("b.next_mean"), {3, 2});
  close(one.m.value("b.next_variance"), {11. / 3, 9 - 1. / 3});
}

TEST_CASE(
    "a step of training replaces running parameters, and no optimizer, decay or clipping touches them") {
  for (const char* optimizer :
       {"{type: SGD, rate: 0.1}", "{type: SGD, rate: 0.1, momentum: 0.9, weight_decay: 0.1}",
        "{type: Adam, rate: 0.1, clip: {norm: 0.001}}"}) {
    INFO(optimizer);
    // All samples a step, so that each has means of 2 and 1, and unbiased variances of 8 / 7.
    Session s(with(with(network, "{type: SGD, rate: 0.1, momentum: 0.9, weight_decay: 0.1}", optimizer),
                   "batch: 2", "batch: 8"));
    CHECK(s.trainer.task().trained.size() == 4);  // scale, shift, W, b
    CHECK(s.trainer.task().running.size() == 2);
    CHECK(s.parameter("norm.mean") == Entries{0, 0});
    CHECK(s.parameter("norm.variance") == Entries{1, 1});
    s.trainer.run();
    const double kept = 0.75 * 0.75 * 0.75, variance = kept + (1 - kept) * 8 / 7;
    close(s.parameter("norm.mean"), {(1 - kept) * 2, 1 - kept}, 1e-6);
    close(s.parameter("norm.variance"), {variance, variance}, 1e-6);
    CHECK(s.parameter("norm.scale") != Entries{1, 1});
  }
}

TEST_CASE("evaluation, predictions and models of a trained network have its running parameters") {
  const TemporaryFolder folder;
  const std::string file = folder.write("g.yaml", network);
  const auto run = [&](std::vector<std::string> options) {
    options.insert(options.begin(), file);
    const Outcome o = run_tool("graph-runner", options, folder.path());
    INFO(o.out, o.err);
    CHECK(o.code == 0);
    return o.out;
  };
  const auto last_of = [](const std::string& out, const std::string& event) {
    nlohmann::json found;
    std::istringstream lines(out);
    for (std::string line; std::getline(lines, line);)
      if (auto e = nlohmann::json::parse(line); e["event"] == event) found = e;
    return found;
  };
  const auto epoch = last_of(run({"--json", "--save", "model"}), "epoch");
  const auto evaluated = run({"--json", "--evaluate", "--load", "model"});
  CHECK(contains(evaluated, fmt::format("{}", epoch["test"]["loss"].get<double>())));
  // What is predicted of a sample does not depend on those beside it.
  const Model model = read_model(folder.path() / "model");
  CHECK(model.parameters.count("norm.mean"));
  Session s;
  s.trainer.load(model);
  const auto all = s.trainer.predict({"y"}, *s.trainer.test_data());
  CHECK(s.parameter("norm.mean") == Entries(model.parameters.at("norm.mean").values.begin(),
                                            model.parameters.at("norm.mean").values.end()));
  Session alone(with(network, "test: {x: [[2, 1], [4, 4], [0, 1]], t: [[1], [2], [3]]}",
                     "test: {x: [[4, 4]], t: [[2]]}"));
  alone.trainer.load(model);
  CHECK(alone.trainer.predict({"y"}, *alone.trainer.test_data())[0].values[0] == all[0].values[1]);
}

TEST_CASE("a run with running parameters that is ended after any step goes on byte for byte") {
  struct StopAfter : TrainingObserver {
    explicit StopAfter(int steps) : left(steps) {}
    bool wants_progress() override { return stop = --left <= 0, false; }
    int left;
    std::atomic<bool> stop = false;
  };
  const TemporaryFolder folder;
  const auto whole = folder.path() / "whole", cut = folder.path() / "cut";
  {
    Session s;
    StopAfter never(1000);
    Checkpoints saved(whole, s.file.train->save, "");
    s.trainer.run(never, never.stop, &saved);
  }
  for (const int steps : {1, 3, 4, 6, 11}) {
    {
      Session s;
      StopAfter few(steps);
      Checkpoints saved(cut, s.file.train->save, "");
      CHECK(s.trainer.run(few, few.stop, &saved).interrupted);
    }
    Session s;
    Checkpoints saved(cut, s.file.train->save, "");
    s.trainer.restore(saved.read(s.graph, s.trainer.parameters()));
    StopAfter never(1000);
    s.trainer.run(never, never.stop, &saved);
    CHECK(read_file(cut) == read_file(whole));
    CHECK(read_file(cut.string() + ".resume") == read_file(whole.string() + ".resume"));
  }
}

TEST_CASE("a running parameter that several nodes share becomes the mean of what each makes of it") {
  Session s(R"(inputs: {x: [batch, 1], t: [batch, 1]}
parameters: {m: {shape: [1], init: zeros}}
nodes:
  a: {type: BatchNorm, in: {x: x, mean: m}, momentum: 1}
  b: {type: BatchNorm, in: {x: t, mean: m, variance: a.variance}, momentum: 1}
  loss: {type: SquaredLoss, in: [a, b]}
data: {train: {x: [[1], [3]], t: [[4], [8]]}}
train: {minimize: loss, optimizer: {type: SGD, rate: 0.1}, batch: 2, epochs: 1}
)");
  s.trainer.run();
  CHECK(s.parameter("m") == Entries{4});           // of 2 and 6
  CHECK(s.parameter("a.variance") == Entries{5});  // of 2 and 8
}

TEST_CASE("a node with running parameters has one output, and their next values are named by their ports") {
  const Graph g = graph("inputs: {x: [4, 2]}\nnodes: {b: {type: BatchNorm, in: x}, c: {type: ReLU, in: b}}");
  CHECK(g.find("b") == g.find("b.y"));
  CHECK(g.sinks() == std::vector{g.find("c")});
  CHECK(g.values()[g.find("b.mean")].discrete);
  const TemporaryFolder folder;
  const std::string file = folder.write("g.yaml", network);
  const Outcome o = run_tool("graph-inspect", {file});
  INFO(o.out);
  CHECK(contains(o.out, "norm  BatchNorm    x     [batch, 2]                     4\n"));
  CHECK(contains(o.out, "in all                         7\n"));
  CHECK(contains(o.out, "running, not trained           4\n"));
  CHECK(contains(run_tool("graph-inspect", {file, "--quiet"}).out, "3 nodes, 7 parameters and 4 running\n"));
  const Outcome described = run_tool("graph-inspect", {"BatchNorm"});
  CHECK(contains(described.out, "running: next_mean after each step of training"));
  CHECK(contains(described.out, "becomes the parameter mean after a step of training"));
}

TEST_CASE("a parameter cannot be trained by one node and replaced by another") {
  CHECK(contains(
      error_of(R"(inputs: {x: [batch, 2]}
nodes:
  l: {type: Linear, in: x, units: 2}
  b: {type: BatchNorm, in: {x: l, mean: l.b}}
)"),
      "node 'b': training replaces its parameter 'mean' after each step, and 'l.b', which feeds it, is "
      "trained by its gradient"));
  // What is given in the place of one stays as it is.
  CHECK(error_of("inputs: {x: [batch, 2], m: [2]}\nnodes: {b: {type: BatchNorm, in: {x: x, mean: m}}}") ==
        "");
}

TEST_CASE("the gradient check walks as training does and as evaluation does, and claims hold in evaluation") {
  const std::string inputs = "inputs: {x: [m, 2]}\nnodes:\n  b: {type: BatchNorm, in: x}\n  f: norm2(b)^2\n";
  const Graph g = graph(inputs);
  const GraphCheck check = check_graph(g, {});
  CHECK(check.ok());
  CHECK(check.whole.size() == 3);  // x, scale, shift
  const TemporaryFolder folder;
  const auto claim = [&](const std::string& text) {
    return run_tool("graph-runner", {folder.write("c.yaml", inputs + "check: [" + text + "]\n")});
  };
  CHECK(claim("'df/db = 2*b'").code == 0);
  const Outcome refused = claim("'df/db.mean = b.mean'");
  INFO(refused.err);
  CHECK(refused.code == 2);
  CHECK(contains(refused.err,
                 "'b.mean' is a running parameter, which training replaces: there is no gradient by it"));
}
