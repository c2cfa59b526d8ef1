// Training: the update rules, batches, determinism, requirements, interruption; and the graphs that come with
// the program.
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "core/streams.hpp"
#include "tests/support.hpp"
#include "train/trainer.hpp"

using namespace graph_runner;
using namespace graph_runner::test;
using Json = nlohmann::json;

namespace {

std::vector<Json> events(const std::string& out) {
  std::vector<Json> all;
  std::istringstream lines(out);
  for (std::string line; std::getline(lines, line);) all.push_back(Json::parse(line));
  return all;
}

// The parameter p after training f(p) = p² from p = 1, by the file's optimizer.
double descend(const std::string& optimizer, int epochs) {
  const std::string yaml = fmt::format(
      "parameters: {{p: {{shape: [1], init: ones}}}}\nnodes: {{f: {{type: Multiply, in: [p, p]}}}}\n"
      "train: {{minimize: f, optimizer: {}, epochs: {}}}",
      optimizer, epochs);
  const GraphFile file = read_graph_text(yaml, "test.yaml", registry());
  const Graph g = build_graph(file, registry());
  Trainer t(g, *file.train, nullptr, ".");
  t.run();
  return t.parameters().tensor(g.find("p")).at(0);
}

const char* regression = R"(
inputs: {x: [batch, 3], y: [batch, 1]}
nodes:
  linear: {type: Linear, in: x, units: 1}
  loss: {type: SquaredLoss, in: [linear, y]}
data:
  train:
    x: [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0], [0, 1, 1], [1, 0, 1], [1, 1, 1]]
    y: [[1], [2], [3], [3], [5], [4], [6]]
train: {minimize: loss, optimizer: {type: SGD, rate: 0.1}, batch: 3, epochs: 60, require: {train.loss: 0.01}}
)";

}  // namespace

TEST_CASE("descent follows its formula: v ← momentum·v + (g + decay·p), p ← p - rate·v") {
  CHECK(descend("{type: SGD, rate: 0.1}", 1) == doctest::Approx(0.8));
  CHECK(descend("{type: SGD, rate: 0.1}", 3) == doctest::Approx(0.512));
  for (const auto& [rate, momentum, decay] :
       {std::tuple(0.1, 0.9, 0.0), std::tuple(0.1, 0.0, 0.5), std::tuple(0.05, 0.5, 0.25)}) {
    double p = 1, v = 0;
    for (int i = 0; i < 7; ++i) {
      v = momentum * v + (2 * p + decay * p);
      p -= rate * v;
    }
    CHECK(
        descend(fmt::format("{{type: SGD, rate: {}, momentum: {}, weight_decay: {}}}", rate, momentum, decay),
                7) == doctest::Approx(p).epsilon(1e-5));
  }
}

TEST_CASE("the objective is the mean over all entries, and a last smaller batch is used") {
  // One step over all three samples must equal the mean of the three gradients.
  const std::string yaml = R"(
inputs: {x: [batch, 1], y: [batch, 1]}
nodes:
  linear: {type: Linear, in: x, units: 1, init: {W: zeros, b: zeros}}
  loss: {type: SquaredLoss, in: [linear, y]}
data: {train: {x: [[1], [2], [3]], y: [[1], [1], [1]]}}
train: {minimize: loss, optimizer: {type: SGD, rate: 0.1}, batch: 3, epochs: 1}
)";
  for (const int batch : {3, 2, 64}) {
    const GraphFile file =
        read_graph_text(yaml, "test.yaml", registry(), {"train.batch=" + std::to_string(batch)});
    const Graph g = build_graph(file, registry());
    Trainer t(g, *file.train, &*file.data, ".");
    struct : TrainingObserver {
      bool wants_progress() override { return true; }
      void progress(const Progress& p) override { running = p.means[0].second; }
      double running = 0;
    } seen;
    const TrainingResult r = t.run(seen, {});
    const double w = t.parameters().tensor(g.find("linear.W")).at(0);
    if (batch != 2) {
      CHECK(w == doctest::Approx(0.1 * 2 * (1 + 2 + 3) / 3));
      CHECK(seen.running == doctest::Approx(1));  // before the step; with w = 0.4 and b = 0.2 after it:
      CHECK(r.last.train[0].second == doctest::Approx((0.4 * 0.4 + 0.0 * 0.0 + 0.4 * 0.4) / 3).epsilon(1e-5));
    } else {
      CHECK(w != doctest::Approx(0.4));  // two steps
    }
  }
}

TEST_CASE("training repeats to the bit, whatever the number of threads, and another seed gives another run") {
  const TemporaryFolder folder;
  const std::string file = folder.write("r.yaml", regression);
  const auto losses = [&](const std::vector<std::string>& options) {
    std::vector<std::string> arguments{file, "--json"};
    arguments.insert(arguments.end(), options.begin(), options.end());
    const Outcome o = run_tool("graph-runner", arguments);
    CHECK(o.code == 0);
    std::string all;
    for (const Json& e : events(o.out))
      if (e["event"] == "epoch") all += e["train"].dump() + "\n";
    return all;
  };
  const std::string first = losses({});
  CHECK(losses({}) == first);
  CHECK(losses({"--threads", "3"}) == first);
  CHECK(losses({"--seed", "2"}) != first);
}

TEST_CASE("a requirement that is missed ends with exit 1 and says what was found") {
  const TemporaryFolder folder;
  const std::string file = folder.write("r.yaml", regression);
  Outcome o = run_tool("graph-runner", {file, "--set", "train.epochs=1"});
  CHECK(o.code == 1);
  CHECK(contains(o.out, "required train.loss <= 0.01: NOT MET ("));
  o = run_tool("graph-runner", {file, "--set", "train.epochs=1", "--json"});
  CHECK(o.code == 1);
  CHECK(events(o.out).back()["event"] == "verdict");
  CHECK(events(o.out).back()["ok"] == false);
}

TEST_CASE("JSON output is one object a line: a summary, an event an epoch, a verdict") {
  const TemporaryFolder folder;
  const Outcome o = run_tool("graph-runner", {folder.write("r.yaml", regression), "--json"});
  CHECK(o.err.empty());
  const std::vector<Json> all = events(o.out);
  REQUIRE(all.size() == 62);
  CHECK(all[0]["event"] == "summary");
  CHECK(all[0]["parameters"] == 4);
  CHECK(all[0]["samples"]["train"] == 7);
  CHECK(all[1]["event"] == "epoch");
  for (const char* key : {"epoch", "train", "seconds", "samples_per_second"}) CHECK(all[1].contains(key));
  CHECK(all[61]["ok"] == true);
}

TEST_CASE("a loss that is not finite stops the run with exit 3 and names where it began, before the update") {
  const TemporaryFolder folder;
  const Outcome o = run_tool(
      "graph-runner", {folder.write("r.yaml", regression), "--set", "train.optimizer.rate=1e30", "--quiet"});
  CHECK(o.code == 3);
  CHECK(contains(o.err, "the loss is not finite; it began with node '"));
}

TEST_CASE("what is fed and not finite is named by its sample, and no rate is blamed") {
  const auto failure = [](const std::string& inputs, const std::string& nodes, const std::string& data,
                          const std::string& rest = "") {
    const TemporaryFolder folder;
    const Outcome o = run_tool(
        "graph-runner",
        {folder.write("t.yaml", "inputs: {" + inputs + "}\nparameters: {p: {shape: [2], init: 1}}\nnodes:\n" +
                                    nodes + "data: {" + data +
                                    "}\ntrain: {minimize: loss, optimizer: {type: "
                                    "SGD, rate: 0.1}, batch: 2, epochs: 2" +
                                    rest + "}\n")});
    CHECK(o.code == 3);
    INFO(o.err);
    return o.err;
  };
  const std::string square =
      "  loss: {type: SquaredLoss, in: [q, y]}\n  q: {type: Linear, in: x, units: 2}\n";
  const std::string xy = "x: [batch, 3], y: [batch, 2]";
  // 1e39 is more than a float can hold.
  std::string err =
      failure(xy, square, "train: {x: [[1, 2, 3], [4, 5, 1e39], [7, 8, 9]], y: [[1, 2], [3, 4], [5, 6]]}");
  CHECK(contains(err,
                 "epoch 1: the loss is not finite; it began with the data: in data.train, sample 2 of "
                 "input 'x' is not finite at [3]\n"));
  err = failure(xy, square,
                "train: {x: [[1, 2, 3]], y: [[1, 2]]}, test: {x: [[1, 2, 3], [1, 2, 3], [4, 5, 6]], y: "
                "[[1, 2], [1, 2], [1, -1e39]]}");
  CHECK(contains(err,
                 "the loss of the test data is not finite; it began with the data: in data.test, sample "
                 "3 of input 'y' is not finite at [2]\n"));
  // A sample that was drawn for testing is called as those that it was drawn from call it.
  err = failure(xy, square,
                "split: {test: 0.5, seed: 1}, train: {x: [[1, 2, 3], [1, 2, 3], [1, 2, 3], [1, 2, 3], [1, 2, "
                "3], [1, 2, 3]], "
                "y: [[1, 2], [1, 2], [1, 2], [1, 2], [1, 2], [1, -1e39]]}");
  CHECK(contains(err, "sample 6 of input 'y' is not finite at [2]\n"));
  // A loss that cannot see it: then the gradient does.
  err = failure("x: [batch, 3]",
                "  q: {type: Linear, in: x, units: 2}\n  r: {type: ReLU, in: q}\n  loss: sum(r)\n",
                "train: {x: [[1, 2, 3], [4, 5, 1e39]]}");
  CHECK(contains(err, "it began with the data: in data.train, sample 2 of input 'x' is not finite at [3]\n"));
  // A logarithm of data fails whatever the rate is.
  err = failure("x: [batch, 2]", "  l: {type: Log, in: x}\n  loss: '(sum(l) - sum(p))^2'\n",
                "train: {x: [[1, 2], [3, -1]]}");
  CHECK(contains(err, "it began with node 'l' (Log), output 'y', entry ["));
  CHECK_FALSE(contains(err, "rate"));
}

TEST_CASE(
    "a parameter that is not finite from the start is named, and one that grew asks for a smaller rate") {
  const auto failure = [](const std::string& init, const std::string& rate) {
    const TemporaryFolder folder;
    const Outcome o = run_tool(
        "graph-runner", {folder.write("t.yaml", "parameters: {p: {shape: [2], init: " + init +
                                                    "}}\nnodes: {loss: {type: Multiply, in: [p, p]}}\ntrain: "
                                                    "{minimize: loss, optimizer: {type: SGD, rate: " +
                                                    rate + "}, epochs: 900}\n")});
    CHECK(o.code == 3);
    return o.err;
  };
  CHECK(contains(failure("1e39", "0.1"), "it began with the parameter 'p', entry [1], before any step\n"));
  CHECK(contains(failure("1", "10"), "Try a smaller rate\n"));
}

TEST_CASE("an interruption waits for the end of the step and ends with 130 or 143") {
  for (const auto& [number, code] : {std::pair(SIGINT, 130), std::pair(SIGTERM, 143)}) {
    const TemporaryFolder folder;
    std::string file = folder.write("r.yaml", regression), tool = (build_folder() / "graph-runner").string();
    std::string epochs = "train.epochs=1000000000", set = "--set", quiet = "--quiet";
    char* argv[] = {tool.data(), file.data(), set.data(), epochs.data(), quiet.data(), nullptr};
    pid_t child = 0;
    REQUIRE(posix_spawn(&child, tool.c_str(), nullptr, nullptr, argv, environ) == 0);
    usleep(500000);
    kill(child, number);
    int status = 0;
    waitpid(child, &status, 0);
    CHECK(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == code);
  }
}

TEST_CASE("nodes and parameters that nothing asked for are warned about") {
  const TemporaryFolder folder;
  const std::string file = folder.write("w.yaml", R"(inputs: {x: [batch, 2], y: [batch, 1]}
nodes:
  a: {type: Linear, in: x, units: 1}
  idle: {type: Linear, in: x, units: 4}
  loss: {type: SquaredLoss, in: [a, y]}
data: {train: {x: [[1, 2]], y: [[1]]}}
train: {minimize: loss, optimizer: {type: SGD, rate: 0.01}, batch: 1, epochs: 1}
)");
  const Outcome o = run_tool("graph-runner", {file});
  CHECK(o.code == 0);
  CHECK(contains(o.err, "w.yaml:4:3: warning: node 'idle' is not used"));
  CHECK(contains(o.err, "warning: the objective 'loss' does not depend on the parameter 'idle.W'"));
}

TEST_CASE("data outside a port's domain is warned about, with the sample") {
  const TemporaryFolder folder;
  const std::string file =
      folder.write("w.yaml", R"(inputs: {x: [batch, 2], y: [batch, 2], w: {shape: [batch, 2], from: 0, to: 1}}
nodes:
  s: {type: Multiply, in: [x, w]}
  a: {type: Linear, in: s, units: 2}
  loss: {type: CrossEntropy, in: [a, y]}
data: {train: {x: [[1, 2], [1, 2]], y: [[0, 1], [2, 1]], w: [[0, 1], [0, -1]]}}
train: {minimize: loss, optimizer: {type: SGD, rate: 0.01}, batch: 1, epochs: 1}
)");
  const Outcome o = run_tool("graph-runner", {file});
  CHECK(o.code == 0);
  CHECK(contains(o.err,
                 "data.train: sample 2 of input 'y': its entries sum to 3, but port 'target' of node 'loss' "
                 "takes a distribution"));
  CHECK(contains(
      o.err,
      "data.train: sample 2 of input 'w': has the entry -1, but the input declares numbers from 0 to 1"));
}

TEST_CASE("random streams depend on their key alone, and a shuffle is a permutation") {
  Stream a(1, "init", "W"), b(1, "init", "W"), c(1, "init", "V"), d(1, "shuffle", "W"), e(2, "init", "W"),
      f(1, "init", "W", 1);
  const std::uint64_t first = a();
  CHECK(first == b());
  for (Stream* other : {&c, &d, &e, &f}) CHECK((*other)() != first);
  std::vector<std::uint32_t> items(1000);
  for (std::uint32_t i = 0; i < items.size(); ++i) items[i] = i;
  shuffle(a, items);
  int fixed = 0;
  std::vector<bool> seen(items.size());
  for (std::uint32_t i = 0; i < items.size(); ++i) {
    fixed += items[i] == i;
    CHECK_FALSE(seen[items[i]]);
    seen[items[i]] = true;
  }
  CHECK(fixed < 10);
}

TEST_CASE("every graph file that comes with the program does what it requires of itself") {
  // Those that take longer than a test may.
  const std::map<std::string, std::vector<const char*>> shortened{
      {"autoencoder.yaml", {"train.epochs=1", "train.require={test.loss: 8}"}},
      // What characters are worth by how frequent they are is 2.98.
      {"char-transformer.yaml",
       {"train.epochs=1", "data.train.text.rows=[1, 2000]", "data.train.next.rows=[1, 2000]",
        "train.require={test.loss: 2.9}"}},
      {"lenet.yaml", {"train.epochs=1", "train.require={test.hits: 0.97}"}},
      {"resnet-fashion.yaml",
       {"train.epochs=1", "data.train.image.rows=[1, 20000]", "data.train.garment.rows=[1, 20000]",
        "train.require={test.hits: 0.7}"}}};
  for (const auto& entry : std::filesystem::directory_iterator(source_folder() / "graphs")) {
    if (entry.path().extension() != ".yaml") continue;
    const std::string text = read_file(entry.path());
    INFO(entry.path().string());
    CHECK(contains(text, "require:"));
    std::vector<std::string> arguments{entry.path().string(), "--quiet"};
    if (const auto found = shortened.find(entry.path().filename()); found != shortened.end())
      for (const char* setting : found->second) arguments.insert(arguments.end(), {"--set", setting});
    const Outcome o = run_tool("graph-runner", arguments);
    INFO(o.out, o.err);
    CHECK(o.code == 0);
    CHECK(o.err.empty());
  }
}

TEST_CASE(
    "what an epoch reports is evaluated with the parameters after it, dropout off, train and test alike") {
  const std::string yaml = R"(
inputs: {x: [batch, 2], y: [batch, 2]}
nodes:
  linear: {type: Linear, in: x, units: 2}
  dropped: {type: Dropout, in: linear, rate: 0.5}
  loss: {type: SquaredLoss, in: [dropped, y]}
data:
  train: {x: [[1, 2], [3, 4], [5, 6]], y: [[1, 2], [1, 3], [2, 3]]}
  test: {x: [[1, 2], [3, 4], [5, 6]], y: [[1, 2], [1, 3], [2, 3]]}
train: {minimize: loss, optimizer: {type: SGD, rate: 0.01}, batch: 2, epochs: 3, require: {train.loss: 100}}
)";
  const GraphFile file = read_graph_text(yaml, "test.yaml", registry());
  const Graph g = build_graph(file, registry());
  Trainer t(g, *file.train, &*file.data, ".");
  const TrainingResult r = t.run();
  CHECK(r.last.train[0].second == r.last.test[0].second);  // of the same samples
  CHECK(r.last.train[0].second == t.evaluate("train")[0].second);
  CHECK(r.requirements[0].found == r.last.train[0].second);
  const std::vector<Prediction> p = t.predict({"dropped"}, *t.test_data());
  double loss = 0;
  const double target[] = {1, 2, 1, 3, 2, 3};
  for (std::size_t i = 0; i < 6; ++i) loss += std::pow(double(p[0].values[i]) - target[i], 2) / 3;
  CHECK(r.last.test[0].second == doctest::Approx(loss));
}

TEST_CASE("of many samples to train on, as many as evaluate_train says are evaluated, drawn by the seed") {
  const TemporaryFolder folder;
  const std::string file = folder.write("r.yaml", regression);
  const auto last = [&](const std::vector<std::string>& options) {
    std::vector<std::string> arguments{file, "--json", "--set", "train.epochs=20"};
    arguments.insert(arguments.end(), options.begin(), options.end());
    const std::vector<Json> all = events(run_tool("graph-runner", arguments).out);
    return all[all.size() - 2];
  };
  CHECK(last({})["train_samples"] == 7);
  const Json all = last({"--set", "train.evaluate_train=all"}),
             some = last({"--set", "train.evaluate_train=3"});
  CHECK(all["train"] == last({})["train"]);
  CHECK(some["train_samples"] == 3);
  CHECK(some["train"] != all["train"]);
  CHECK(some["train"] == last({"--set", "train.evaluate_train=3"})["train"]);
  const Outcome o = run_tool("graph-runner", {file, "--set", "train.evaluate_train=3"});
  CHECK(contains(o.out, "evaluation  after each epoch, train on 3 of its samples, drawn by the seed\n"));
  CHECK(contains(o.out, " (of 3 samples)\n"));
}

TEST_CASE("the result shows train and test and the gap between them") {
  const TemporaryFolder folder;
  std::string text = regression;
  text.replace(text.find("\ntrain: {minimize"), 1, "\n  test: {x: [[1, 0, 1]], y: [[7]]}\n");
  const std::string file = folder.write("r.yaml", text);
  const Outcome o = run_tool("graph-runner", {file, "--json"});
  const Json verdict = events(o.out).back();
  INFO(o.out, o.err);
  REQUIRE(verdict.contains("gap"));
  CHECK(double(verdict["gap"]["loss"]) ==
        doctest::Approx(double(verdict["train"]["loss"]) - double(verdict["test"]["loss"])));
  CHECK(contains(run_tool("graph-runner", {file, "--quiet"}).out, "\ngap of loss: -"));
}

TEST_CASE("stop ends training where a mean has not become better for as many epochs as its patience") {
  // The rate is so large that the loss falls at first and then swings.
  const std::string yaml =
      "parameters: {p: {shape: [1], init: ones}}\nnodes: {f: sum((p - 2).^2), g: 0 - f}\n"
      "train: {minimize: f, optimizer: {type: SGD, rate: 1}, epochs: 30, watch: [g], stop: {watch: "
      "train.WHAT, "
      "patience: 4}}";
  for (const std::string what : {"f", "g"}) {  // one that is to fall, one that is to rise
    std::string text = yaml;
    text.replace(text.find("WHAT"), 4, what);
    const TemporaryFolder folder;
    const std::string file = folder.write("s.yaml", text);
    const Outcome o = run_tool("graph-runner", {file, "--json"});
    INFO(o.out, o.err);
    CHECK(o.code == 0);
    const Json verdict = events(o.out).back();
    CHECK(verdict["epoch"] == 5);  // p goes from 1 to 3 and back: no epoch is better than the first
    CHECK(verdict["best"]["train." + what]["epoch"] == 1);
    CHECK(contains(run_tool("graph-runner", {file}).out,
                   "stopped: train." + what + " has not become better for 4 epochs\n"));
  }
}
