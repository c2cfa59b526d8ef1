// The rate of learning as a formula of epoch, step, epochs and steps.
#include <cmath>

#include "tests/support.hpp"
#include "train/optimizer.hpp"
#include "train/trainer.hpp"

using namespace graph_runner;
using namespace graph_runner::test;

namespace {

// Minimizes p by plain descent from p = 0, four steps an epoch: -p is the sum of all rates.
std::string linear(const std::string& rate, int epochs = 3) {
  return fmt::format(
      "inputs: {{x: [batch]}}\nparameters: {{p: {{shape: [], init: 0}}}}\nnodes: {{f: 'p + 0*sum(x)'}}\n"
      "data: {{train: {{x: [1, 2, 3, 4, 5, 6, 7]}}}}\n"
      "train:\n  minimize: f\n  batch: 2\n  epochs: {}\n  optimizer: {{type: SGD, rate: {}}}\n",
      epochs, rate);
}

struct Run {
  explicit Run(const std::string& yaml)
      : file(read_graph_text(yaml, "test.yaml", registry())),
        graph(build_graph(file, registry())),
        trainer(graph, *file.train, &*file.data, ".") {}
  double sum_of_rates() {
    trainer.run();
    return -trainer.parameters().tensor(graph.find("p")).at(0);
  }
  const GraphFile file;
  const Graph graph;
  Trainer trainer;
};

bool reads_length(const std::string& rate) {
  const GraphFile file = read_graph_text(linear(rate), "test.yaml", registry());
  const Graph g = build_graph(file, registry());
  const TrainingTask task(g, *file.train, &*file.data, ".", "", nullptr, nullptr);
  return Optimizer(task, Parameters(g, task.sizes, ScalarType::float32)).rate_reads_length();
}

}  // namespace

TEST_CASE("a rate is a formula of epoch and step, which count from 1, and of how many there are") {
  const auto check = [](const std::string& rate, auto&& expected) {
    double sum = 0;
    for (int step = 1; step <= 12; ++step) sum += expected((step - 1) / 4 + 1, step);
    INFO(rate);
    CHECK(Run(linear(rate)).sum_of_rates() == doctest::Approx(sum).epsilon(1e-6));
  };
  check("0.1", [](int, int) { return 0.1; });
  check("1/8", [](int, int) { return 0.125; });
  check("0.1*0.95^epoch", [](int epoch, int) { return 0.1 * std::pow(0.95, epoch); });
  check("'0.1*min(1, step/5)'", [](int, int step) { return 0.1 * std::min(1.0, step / 5.0); });
  check("'max(0.02, 0.1 - step/100)'", [](int, int step) { return std::max(0.02, 0.1 - step / 100.0); });
  check("0.05*(1 + cos(pi*step/steps))",
        [](int, int step) { return 0.05 * (1 + std::cos(M_PI * step / 12)); });
  check("epoch/epochs", [](int epoch, int) { return epoch / 3.0; });
  check("0.1*step(2.5 - epoch)", [](int epoch, int) { return epoch < 2.5 ? 0.1 : 0; });
  check("step", [](int, int step) { return step; });
}

TEST_CASE("every optimizer takes the rate of each step") {
  // Two steps of Adam along a gradient that never changes are as long as their rates.
  const std::string yaml =
      "parameters: {p: {shape: [], init: 0}}\nnodes: {f: 5*p}\n"
      "train: {minimize: f, optimizer: {type: Adam, rate: 1/step}, epochs: 4}\n";
  const GraphFile file = read_graph_text(yaml, "test.yaml", registry());
  const Graph g = build_graph(file, registry());
  Trainer t(g, *file.train, nullptr, ".");
  t.run();
  CHECK(t.parameters().tensor(g.find("p")).at(0) ==
        doctest::Approx(-(1 + 1 / 2. + 1 / 3. + 1 / 4.)).epsilon(1e-6));
}

TEST_CASE("a rate that is not finite or below 0 ends the run at its step, before it is taken") {
  const auto failure = [](const std::string& rate, const std::string& more = "") {
    const TemporaryFolder folder;
    const Outcome o = run_tool("graph-runner", {folder.write("r.yaml", linear(rate + more)), "--quiet"});
    CHECK(o.code == 3);
    return o.err;
  };
  CHECK(contains(failure("0.1 - step/50"),
                 "r.yaml:9:32: error: step 6, epoch 2: the rate '0.1 - step/50' is -0.0"));
  CHECK(contains(failure("1/(step - 3)", ", momentum: 0.9"),
                 "step 1, epoch 1: the rate '1/(step - 3)' is -0.5"));
  CHECK(contains(failure("1/(step - 3)^2"),
                 "step 3, epoch 1: the rate '1/(step - 3)^2' is inf; expected a "
                 "finite number of at least 0\n"));
  CHECK(contains(failure("log(epoch - 2)^2"), "step 1, epoch 1: the rate 'log(epoch - 2)^2' is no number"));
}

TEST_CASE("whether a rate depends on how long the run is, is known") {
  CHECK_FALSE(reads_length("0.1"));
  CHECK_FALSE(reads_length("0.1*0.95^epoch/step"));
  CHECK(reads_length("0.1*(1 - step/(steps + 1))"));
  CHECK(reads_length("0.1*epoch/epochs"));
}
