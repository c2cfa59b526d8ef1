// Sweeps: a file trained with every combination of some settings, and the best of them.
#include <cmath>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/support.hpp"
#include "train/trend.hpp"

using namespace graph_runner;
using namespace graph_runner::test;
using Json = nlohmann::json;

namespace {

// Minimizes p² from p = 1: a rate r leaves (1 - 2r)² of it each epoch, and any above 1 makes it grow.
std::string descent(const std::string& sweep, const std::string& more = "") {
  return "parameters: {p: {shape: [], init: ones}}\nnodes: {f: p^2}\ntrain:\n  minimize: f\n  epochs: 20\n"
         "  optimizer: {type: SGD, rate: 0.1, momentum: 0}\n" +
         more + sweep;
}

std::vector<Json> events(const std::string& out) {
  std::vector<Json> all;
  std::istringstream lines(out);
  for (std::string line; std::getline(lines, line);) all.push_back(Json::parse(line));
  return all;
}

Outcome run(const std::string& yaml, const std::vector<std::string>& options = {}) {
  const TemporaryFolder folder;
  std::vector<std::string> arguments{folder.write("s.yaml", yaml)};
  arguments.insert(arguments.end(), options.begin(), options.end());
  return run_tool("graph-runner", arguments);
}

}  // namespace

TEST_CASE("a sweep trains every combination and lists the best first") {
  const Outcome o =
      run(descent("sweep: {train.optimizer.rate: [0.01, 0.3, 0.1], train.epochs: [3, 5]}\n"), {"--quiet"});
  INFO(o.out, o.err);
  CHECK(o.code == 0);
  std::vector<std::string> first;
  std::istringstream lines(o.out);
  std::string word, line;
  std::getline(lines, line);
  CHECK(contains(line, "run  train.optimizer.rate  train.epochs  train.f"));
  for (int i = 0; i < 6; ++i) {
    std::getline(lines, line);
    std::istringstream(line) >> word;
    first.push_back(word);
  }
  CHECK(first == std::vector<std::string>{"4", "3", "6", "5", "2", "1"});
  CHECK(contains(o.out, "\nbest by train.f: run 4, train.optimizer.rate=0.3, train.epochs=5 ("));
}

TEST_CASE("--sweep takes the place of the file's, and its formulas may have commas") {
  const Outcome o = run(descent("sweep: {train.epochs: [3, 5]}\n"),
                        {"--json", "--sweep", "train.optimizer.rate='0.1*min(1, step/2)',0.2"});
  CHECK(o.code == 0);
  const std::vector<Json> all = events(o.out);
  REQUIRE(all.size() == 3);
  CHECK(all[0]["event"] == "run");
  CHECK(all[0]["run"] == 1);
  CHECK(all[0]["settings"].size() == 1);
  CHECK(all[1]["settings"]["train.optimizer.rate"] == "0.2");
  CHECK(all[1]["train"]["f"].get<double>() == doctest::Approx(std::pow(0.6, 38)).epsilon(1e-4));
  CHECK(all[2]["event"] == "sweep");
  CHECK(all[2]["best"] == 2);
  CHECK(all[2]["by"] == "train.f");
}

TEST_CASE("each run of a sweep gives what it gives alone") {
  const std::string yaml = descent("");
  const std::vector<Json> swept =
      events(run(yaml, {"--json", "--sweep", "train.optimizer.momentum=0,0.5,0.9"}).out);
  for (std::size_t i = 0; i < 3; ++i) {
    const std::string momentum = swept[i]["settings"]["train.optimizer.momentum"];
    const std::vector<Json> alone =
        events(run(yaml, {"--json", "--set", "train.optimizer.momentum=" + momentum}).out);
    CHECK(alone[alone.size() - 2]["train"] == swept[i]["train"]);
  }
}

TEST_CASE("a run that diverges is a row and not the end, and one that grows gets a hint") {
  const std::string yaml = descent("sweep: {train.optimizer.rate: [1e30, 1.1, 0.2]}\n");
  Outcome o = run(yaml, {"--quiet"});
  CHECK(o.code == 0);
  CHECK(contains(o.out, "best by train.f: run 3"));
  CHECK(contains(o.out, "the loss has grown from 1.44 in epoch 1 to "));
  CHECK(contains(o.out, "failed: epoch 1"));
  o = run(descent("sweep: {train.optimizer.rate: [1e30, 1e35]}\n"), {"--json"});
  CHECK(o.code == 3);
  CHECK(contains(o.out, "is not finite"));
}

TEST_CASE("the runs of a sweep have the options of one") {
  const TemporaryFolder folder;
  folder.write("x.csv", "1\n2\n3\n");
  const std::string file =
      folder.write("s.yaml",
                   "inputs: {x: [batch]}\nnodes: {a: {type: Linear, in: x2, units: 1}, "
                   "x2: {type: Stack, in: x}, f: a.^2}\ndata: {train: {x: {file: x.csv}}}\n"
                   "train: {minimize: f, optimizer: {type: SGD, rate: 0.01}, batch: 3, "
                   "epochs: 2}\nsweep: {train.epochs: [1, 2]}\n");
  const Outcome o = run_tool("graph-runner", {file, "--memory", "2"});
  INFO(o.out, o.err);
  CHECK(o.code == 2);
  CHECK(contains(o.err, "x.csv: holds 6 bytes, more than the 2 bytes that are left for data in memory"));
}

TEST_CASE("a best that was chosen by test data is said to be so, and a validation split is preferred") {
  const auto yaml = [](const std::string& splits) {
    return "inputs: {x: [batch, 1], y: [batch, 1]}\nnodes:\n  a: {type: Linear, in: x, units: 1}\n"
           "  loss: {type: SquaredLoss, in: [a, y]}\ndata:\n  train: {x: [[1], [2]], y: [[2], [4]]}\n" +
           splits +
           "train: {minimize: loss, optimizer: {type: SGD, rate: 0.1}, batch: 2, epochs: 30}\n"
           "sweep: {train.optimizer.rate: [0.001, 0.1]}\n";
  };
  const std::string test = "  test: {x: [[3]], y: [[6]]}\n",
                    validation = "  validation: {x: [[4]], y: [[8]]}\n";
  CHECK(contains(run(yaml(test)).out, "best by test.loss: run 2, train.optimizer.rate=0.1 ("));
  CHECK(contains(run(yaml(test)).out, "it was chosen by the test data, which flatter it"));
  const Outcome o = run(yaml(test + validation));
  INFO(o.out, o.err);
  CHECK(contains(o.out, "best by validation.loss: run 2"));
  CHECK_FALSE(contains(o.out, "chosen by the test data"));
}

TEST_CASE("the requirements of a sweep are the best run's") {
  const auto code = [](const char* bound) {
    return run(descent("sweep: {train.optimizer.rate: [0.001, 0.1]}\n",
                       std::string("  require: {train.f: ") + bound + "}\n"))
        .code;
  };
  CHECK(code("1e-3") == 0);
  CHECK(code("1e-9") == 1);
}

TEST_CASE("a sweep whose settings are wrong is refused before anything runs") {
  const auto refused = [](const std::string& sweep, const std::string& message) {
    const Outcome o = run(descent("sweep: " + sweep + "\n"));
    INFO(sweep, o.out, o.err);
    CHECK(o.code == 2);
    CHECK(contains(o.err, message));
    CHECK(!contains(o.out, "best by"));
  };
  refused("{train.optimizer.rate: [0.1, -1]}",
          "with train.optimizer.rate=-1: train.optimizer.rate: found -1");
  refused("{train.optimiser.rate: [0.1]}", "there is no 'train.optimiser' (did you mean 'optimizer'?)");
  refused("{nodes.g.units: [1]}", "there is no 'nodes.g'");
  refused("{train.epochs: 3}",
          "s.yaml:7:23: error: sweep, train.epochs: found '3', expected a list of values");
  refused("{train.epochs: []}", "found an empty list");
  refused("{}", "sweep: tries nothing");
  refused("[1]", "sweep: found a list, expected a map");
  refused("{train.epochs: [1, [2]]}", "sweep, train.epochs: found a list, expected a text");
  std::string many = "[1";
  for (int i = 2; i < 50; ++i) many += ", " + std::to_string(i);
  refused("{train.epochs: " + many + "], train.seed: " + many + "]}", "more than 1000 combinations");
  CHECK(contains(run(descent(""), {"--sweep", "train.epochs"}).err, "expected path=values"));
  CHECK(contains(run(descent(""), {"--sweep", "train.epochs=1,,2"}).err, "a value is missing"));
  CHECK(contains(run("inputs: {x: [2]}\nnodes: {f: sum(x)}\n", {"--sweep", "nodes.f=1,2"}).err,
                 "a sweep trains, but the file has no 'train:'"));
}

TEST_CASE("a loss that grows, or does not fall, gets a hint, and one that falls none") {
  const auto hint = [](const std::vector<double>& losses) {
    LossTrend trend;
    for (const double loss : losses) trend.add(loss);
    return trend.hint();
  };
  CHECK(hint({}) == "");
  CHECK(hint({2.3}) == "");
  CHECK(hint({2.3, 0.4, 0.3, 0.31}) == "");
  CHECK(hint({1, 1e-9, 3e-9}) == "");
  CHECK(hint({2.3, 0.4, 0.9}) == "the loss has grown from 0.4 in epoch 2 to 0.9: try a smaller rate");
  CHECK(hint({2.31, 2.302, 2.303}) ==
        "the loss has hardly fallen since the first epoch, from 2.31 to 2.303: where that is no better than "
        "chance, "
        "try a smaller rate");
}

TEST_CASE("the runs of a sweep are saved under their numbers, each the model of a run of its own") {
  const TemporaryFolder folder;
  folder.write("s.yaml", descent("sweep: {train.optimizer.rate: [0.01, 0.3]}\n", "  save: runs/m.st\n"));
  const auto in = [&](std::vector<std::string> options) {
    options.insert(options.begin(), "s.yaml");
    return run_tool("graph-runner", options, folder.path());
  };
  Outcome o = in({"--quiet"});
  INFO(o.out, o.err);
  REQUIRE(o.code == 0);
  CHECK(contains(o.out, "best by train.f: run 2, train.optimizer.rate=0.3 ("));
  CHECK(contains(o.out, "), saved as runs/m-002.st\n"));
  const std::string first = read_file(folder.path() / "runs/m-001.st");
  const std::string state = read_file(folder.path() / "runs/m-001.st.resume");
  // The same as a run without a sweep.
  folder.write("s.yaml", descent("", "  save: runs/m.st\n"));
  REQUIRE(in({"--quiet", "--set", "train.optimizer.rate=0.01"}).code == 0);
  CHECK(read_file(folder.path() / "runs/m.st") == first);
  CHECK(read_file(folder.path() / "runs/m.st.resume") == state);
}

TEST_CASE("a sweep that is resumed goes on with the runs that have saved, and begins the others") {
  const TemporaryFolder folder;
  folder.write("s.yaml", descent(""));
  const auto in = [&](std::vector<std::string> options) {
    options.insert(options.begin(), {"s.yaml", "--quiet"});
    return run_tool("graph-runner", options, folder.path());
  };
  const std::string rates = "train.optimizer.rate=0.01,0.1,0.3";
  REQUIRE(in({"--save", "whole", "--sweep", rates}).code == 0);
  // Of another, two runs got to epochs 7 and 20.
  REQUIRE(in({"--save", "cut-001", "--set", "train.epochs=7", "--set", "train.optimizer.rate=0.01"}).code ==
          0);
  REQUIRE(in({"--save", "cut-002", "--set", "train.optimizer.rate=0.1"}).code == 0);
  const Outcome o = in({"--save", "cut", "--sweep", rates, "--resume"});
  INFO(o.out, o.err);
  REQUIRE(o.code == 0);
  CHECK(contains(o.out, "2 of 3 runs went on from what they had saved\n"));
  for (const char* run : {"-001", "-002", "-003", "-001.resume", "-003.resume"})
    CHECK(read_file(folder.path() / (std::string("cut") + run)) ==
          read_file(folder.path() / (std::string("whole") + run)));
}

TEST_CASE("the runs of a sweep start from the parameters of a model where one is given") {
  const TemporaryFolder folder;
  folder.write("s.yaml", descent(""));
  const auto in = [&](std::vector<std::string> options) {
    options.insert(options.begin(), "s.yaml");
    return run_tool("graph-runner", options, folder.path());
  };
  REQUIRE(in({"--save", "m", "--quiet"}).code == 0);
  const double left = std::pow(0.8, 40);  // p is 0.8²⁰, so that f is its square
  const std::vector<Json> all =
      events(in({"--load", "m", "--sweep", "train.optimizer.rate=1e-30,0.1", "--json"}).out);
  REQUIRE(all.size() == 3);
  CHECK(all[0]["train"]["f"] == doctest::Approx(left));
  CHECK(all[1]["train"]["f"] == doctest::Approx(left * left));
}
