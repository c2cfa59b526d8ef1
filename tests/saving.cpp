// Models and states on the disk: a run that was ended goes on byte for byte, whatever ended it, and no file
// is lost.
#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/support.hpp"
#include "train/checkpoints.hpp"
#include "train/trainer.hpp"

using namespace graph_runner;
using namespace graph_runner::test;
using Json = nlohmann::json;
namespace fs = std::filesystem;

namespace {

// Random nodes, a smaller last batch, a state of the optimizer and a value that is watched: all that a run
// goes on from. 3 steps an epoch.
const std::string network = R"(inputs: {x: [batch, 3], y: [batch, 1]}
nodes:
  hidden: {type: Linear, in: x, units: 4}
  dropped: {type: Dropout, in: hidden, rate: 0.3}
  output: {type: Linear, in: dropped, units: 1}
  loss: {type: SquaredLoss, in: [output, y]}
  off: {type: Add, in: [output, y]}
data:
  train:
    x: [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0], [0, 1, 1], [1, 0, 1], [1, 1, 1]]
    y: [[1], [2], [3], [3], [5], [4], [6]]
  test: {x: [[1, 0, 1], [0, 0, 0]], y: [[4], [0]]}
train:
  minimize: loss
  optimizer: {type: SGD, rate: 0.02, momentum: 0.9}
  batch: 3
  epochs: 5
  watch: [off]
)";

std::vector<Json> events(const std::string& out) {
  std::vector<Json> all;
  std::istringstream lines(out);
  for (std::string line; std::getline(lines, line);) all.push_back(Json::parse(line));
  return all;
}

// A folder with a graph file, in which the tool is run.
struct Runs {
  explicit Runs(const std::string& text = network) { folder.write("g.yaml", text); }
  Outcome operator()(std::vector<std::string> options) const {
    options.insert(options.begin(), "g.yaml");
    return run_tool("graph-runner", options, folder.path());
  }
  // The same by a shell, as "$TOOL".
  Outcome shell(const std::string& script) const {
    return run_tool("/bin/sh", {"-c", script}, folder.path(),
                    {"TOOL=" + (build_folder() / "graph-runner").string()});
  }
  std::string file(const std::string& name) const { return read_file(folder.path() / name); }
  bool has(const std::string& name) const { return fs::exists(folder.path() / name); }

  TemporaryFolder folder;
};

// Asks for an end after so many steps.
struct StopAfter : TrainingObserver {
  explicit StopAfter(int steps) : left(steps) {}
  bool wants_progress() override { return stop = --left <= 0, false; }
  int left;
  std::atomic<bool> stop = false;
};

// A run in memory, as an embedder makes it.
struct Session {
  explicit Session(const std::string& yaml = network)
      : file(read_graph_text(yaml, "g.yaml", registry())),
        graph(build_graph(file, registry())),
        trainer(graph, *file.train, file.data ? &*file.data : nullptr, ".") {}
  GraphFile file;
  Graph graph;
  Trainer trainer;
};

}  // namespace

TEST_CASE("a run that is ended after any step and resumed leaves the same bytes as one that was left alone") {
  const TemporaryFolder folder;
  const fs::path whole = folder.path() / "whole", cut = folder.path() / "cut";
  {
    Session s;
    StopAfter never(1000);
    s.trainer.run(never, never.stop, std::make_unique<Checkpoints>(whole, s.file.train->save, "").get());
  }
  for (int steps = 1; steps <= 15; ++steps) {
    INFO("ended after ", steps, " steps");
    {
      Session s;
      const Checkpoints saved(cut, s.file.train->save, "");
      StopAfter few(steps);
      CHECK(s.trainer.run(few, few.stop, const_cast<Checkpoints*>(&saved)).interrupted);
    }
    Session s;
    Checkpoints saved(cut, s.file.train->save, "");
    s.trainer.restore(saved.read(s.graph, s.trainer.parameters()));
    CHECK(s.trainer.place().step == std::uint64_t(steps));
    StopAfter never(1000);
    CHECK_FALSE(s.trainer.run(never, never.stop, &saved).interrupted);
    CHECK(read_file(cut) == read_file(whole));
    CHECK(read_file(cut.string() + ".resume") == read_file(whole.string() + ".resume"));
  }
}

TEST_CASE("a run that is resumed with more epochs is the run of that length, to the bit") {
  const Runs run;
  CHECK(run({"--save", "long"}).code == 0);
  CHECK(run({"--save", "short", "--set", "train.epochs=2"}).code == 0);
  const Outcome o = run({"--save", "short", "--resume"});
  INFO(o.out, o.err);
  CHECK(o.code == 0);
  CHECK(contains(o.out, "resumed in epoch 3, after step 6, from short.resume\n"));
  CHECK(run.file("short") == run.file("long"));
  CHECK(run.file("short.resume") == run.file("long.resume"));
  // One that has nothing left to do says what came of it, and changes nothing.
  const Outcome again = run({"--save", "long", "--resume", "--quiet"});
  CHECK(again.code == 0);
  CHECK(contains(again.out, "after epoch 5: "));
  // What a hint says of the course of a run is said where the run was seen.
  const std::string whole = run({"--save", "anew", "--quiet"}).out;
  CHECK(again.out == whole.substr(0, whole.find("hint: ")));
  CHECK(run.file("long") == run.file("anew"));
}

TEST_CASE("a run whose rate reads its length is resumed as it was to be, and not with more epochs") {
  std::string text = network;
  text.replace(text.find("rate: 0.02"), 10, "rate: 0.02*(1 - step/(steps + 1))");
  const Runs run(text);
  CHECK(run({"--save", "m"}).code == 0);
  CHECK(run({"--save", "m", "--resume"}).code == 0);
  const Outcome o = run({"--save", "m", "--resume", "--set", "train.epochs=6"});
  CHECK(o.code == 2);
  CHECK(contains(o.err, "a run of 5 epochs cannot go on as one of 6: its rate reads how long it is"));
}

TEST_CASE("no file is left of the time of a save, and the model says nothing of where and when it was made") {
  const Runs run;
  CHECK(run({"--save", "models/deep/m.safetensors"}).code == 0);
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(run.folder.path() / "models/deep"))
    names.push_back(entry.path().filename());
  std::sort(names.begin(), names.end());
  CHECK(names == std::vector<std::string>{"m.safetensors", "m.safetensors.resume"});
  CHECK_FALSE(contains(run.file("models/deep/m.safetensors"), run.folder.path()));
  CHECK(run({"--save", "other"}).code == 0);
  CHECK(run.file("other") == run.file("models/deep/m.safetensors"));
}

TEST_CASE("train.save lies beside the graph file, and --save replaces it") {
  const Runs run(network + "  save: runs/m\n");
  const Outcome o = run_tool("graph-runner", {(run.folder.path() / "g.yaml").string()}, "/");
  INFO(o.err);
  CHECK(o.code == 0);
  CHECK(run.has("runs/m"));
  CHECK(run({"--save", "n", "--set", "train.epochs=1"}).code == 0);
  CHECK(run.has("n"));
}

TEST_CASE("keep says which models are kept: the last, the best by a mean, or all") {
  const Runs run;
  const std::vector<Json> all = events(run({"--save", "all", "--set", "train.keep=all", "--json"}).out);
  for (int epoch = 1; epoch <= 5; ++epoch) CHECK(run.has("all-" + std::to_string(epoch)));
  CHECK(run.file("all-5") == run.file("all"));
  CHECK_FALSE(run.has("all-6"));
  std::size_t best = 1;
  for (std::size_t epoch = 2; epoch <= 5; ++epoch)
    if (all[epoch]["test"]["off"] > all[best]["test"]["off"]) best = epoch;
  CHECK(events(run({"--save", "best", "--set", "train.keep=best", "--json"}).out)
            .back()["best"]["test.off"]["epoch"] == best);
  const auto parameters = [&](const std::string& file) {
    return read_model(run.folder.path() / file).parameters;
  };
  const auto same = [&](const std::string& a, const std::string& b) {
    for (const auto& [name, entries] : parameters(a))
      if (entries.values != parameters(b).at(name).values) return false;
    return true;
  };
  CHECK(same("best", "all-" + std::to_string(best)));
  const Runs by(network + "  keep: {best: train.loss}\n");
  const Json verdict = events(by({"--save", "m", "--json"}).out).back();
  CHECK(read_model(by.folder.path() / "m").epoch == std::int64_t(verdict["best"]["train.loss"]["epoch"]));
}

TEST_CASE("training that is resumed by another file is refused, with what has changed") {
  const Runs run;
  CHECK(run({"--save", "m", "--set", "train.epochs=2"}).code == 0);
  std::string other = network;
  other.replace(other.find("rate: 0.02"), 10, "rate: 0.03");
  other.replace(other.find("watch: [off]"), 12, "watch: [output]");
  run.folder.write("g.yaml", other);
  const std::string before = run.file("m");
  Outcome o = run({"--save", "m", "--resume"});
  CHECK(o.code == 2);
  CHECK(contains(
      o.err,
      "m.resume: training by another file cannot be resumed: train.optimizer.rate was 0.02, is 0.03; "
      "train.watch was [\"off\"], is [\"output\"]; --load m starts a new run from its parameters"));
  run.folder.write("g.yaml", network + "  # a comment\n  require: {train.loss: 100}\n");
  CHECK(run({"--save", "m", "--resume", "--quiet", "--set", "train.epochs=3"}).code == 0);
  o = run({"--save", "m", "--resume", "--seed", "2"});
  CHECK(o.code == 2);
  CHECK(contains(o.err, "train.seed was null, is 2"));
  CHECK(run.file("m") != before);
}

TEST_CASE("where there is nothing to resume, that is said") {
  const Runs run;
  Outcome o = run({"--save", "m", "--resume"});
  CHECK(o.code == 4);
  CHECK(contains(o.err, "m.resume: there is no such file, so there is nothing to resume"));
  o = run({"--resume"});
  CHECK(o.code == 2);
  CHECK(contains(o.err, "g.yaml:14:3: error: --resume: nothing says where the run was saved"));
  o = run({"--resume", "--load", "m", "--save", "m"});
  CHECK(o.code == 2);
}

TEST_CASE(
    "training starts from the parameters of a model, and a model of another graph lists the differences") {
  const Runs run;
  CHECK(run({"--save", "m"}).code == 0);
  std::string other = network;
  other.replace(other.find("units: 4"), 8, "units: 5");
  other.replace(other.find("  output: {type: Linear, in: dropped"), 36,
                "  other: {type: Linear, in: dropped");
  other.replace(other.find("in: [output, y]"), 15, "in: [other, y]");
  other.replace(other.find("in: [output, y]"), 15, "in: [other, y]");
  run.folder.write("g.yaml", other);
  Outcome o = run({"--load", "m"});
  INFO(o.out, o.err);
  CHECK(o.code == 2);
  for (const char* part :
       {"m is a model of another graph: ", "parameter 'hidden.W' has shape [4, 3] there, [5, 3] here",
        "parameter 'other.W' is not there", "parameter 'output.b' of shape [1] is only there",
        "--load-matching takes what has the same name and shape",
        "warning: m was trained by another graph: nodes.hidden.units was 4, is 5"})
    CHECK(contains(o.err, part));
  CHECK(run({"--load-matching", "m"}).code == 2);  // nothing fits
  other.replace(other.find("units: 5"), 8, "units: 4");
  run.folder.write("g.yaml", other);
  o = run({"--load-matching", "m"});
  CHECK(o.code == 0);
  CHECK(contains(o.err, "parameter 'other.W' is not there"));
}

TEST_CASE("what is loaded is what was saved, and a trainer starts from a model or a state") {
  const TemporaryFolder folder;
  Session first;
  const TrainingResult r = first.trainer.run();
  first.trainer.save(folder.path() / "m");
  Session second;
  CHECK(second.trainer.evaluate("test") != r.last.test);
  second.trainer.load(folder.path() / "m");
  CHECK(second.trainer.evaluate("test") == r.last.test);
  CHECK(second.trainer.evaluate("train") == r.last.train);
  // From the middle of a run, in memory.
  Session whole, part, rest;
  const TrainingResult wanted = whole.trainer.run();
  StopAfter seven(7);
  part.trainer.run(seven, seven.stop);
  rest.trainer.restore(part.trainer.state());
  CHECK(rest.trainer.run().last.test == wanted.last.test);
  Session other(
      "parameters: {p: {shape: [1], init: ones}}\nnodes: {f: {type: Multiply, in: [p, p]}}\n"
      "train: {minimize: f, optimizer: {type: SGD, rate: 0.1}, epochs: 1}");
  CHECK_THROWS_AS(other.trainer.restore(part.trainer.state()), Error);
}

TEST_CASE("two runs cannot share a file, and a lock whose holder was killed keeps nobody out") {
  const Runs run;
  const int other = open((run.folder.path() / "m.lock").c_str(), O_RDWR | O_CREAT, 0644);
  REQUIRE(flock(other, LOCK_EX) == 0);
  const Outcome o = run({"--save", "m"});
  CHECK(o.code == 4);
  CHECK(contains(o.err, "m: cannot be written: another program is writing it"));
  CHECK_FALSE(run.has("m"));
  close(other);  // as the end of a program does
  CHECK(run.has("m.lock"));
  CHECK(run({"--save", "m"}).code == 0);
  CHECK_FALSE(run.has("m.lock"));
}

TEST_CASE("what cannot be saved is said before training begins, with exit 4") {
  const Runs run;
  fs::create_directory(run.folder.path() / "folder");
  fs::create_symlink("elsewhere", run.folder.path() / "link");
  for (const auto& [file, why] :
       {std::pair("folder", "it is a directory"), std::pair("/dev/null", "it is not a regular file"),
        std::pair("link", "it is a symbolic link; give the file that it leads to"),
        std::pair("g.yaml/m", "its folder cannot be made"), std::pair("/proc/m", "cannot be written")}) {
    const Outcome o = run({"--save", file});
    INFO(o.err);
    CHECK(o.code == 4);
    CHECK(contains(o.err, why));
    CHECK_FALSE(contains(o.out, "1/5"));
  }
  CHECK(fs::is_character_file("/dev/null"));
}

TEST_CASE("an interruption saves the state, and a second one ends at once") {
  for (const auto& [name, code] : {std::pair("INT", 130), std::pair("TERM", 143)}) {
    const Runs run(network + "  every: 1\n");
    // Sent again and again until the program is gone: the first lets it finish, a second does not.
    const std::string script = fmt::format(
        "\"$TOOL\" g.yaml --save m --set train.epochs=1000000 --quiet & child=$!; while [ ! -f m ]; "
        "do sleep 0.01; "
        "done; kill -{0} $child; wait $child; echo $?; ls",
        name);
    const Outcome o = run.shell(script);
    INFO(o.out, o.err);
    CHECK(o.out.starts_with("after epoch "));  // what is known
    CHECK(o.out.ends_with(fmt::format("\n{}\ng.yaml\nm\nm.resume\n", code)));
    CHECK(contains(o.err, "interrupted in epoch "));
    CHECK(contains(o.err, "; --resume goes on from m.resume"));
    const Outcome on = run({"--save", "m", "--resume", "--set", "train.epochs=2"});
    CHECK(on.code == 0);
  }
  // A step that takes a minute is not waited for twice.
  const Runs slow(
      "parameters: {p: {shape: [3000, 3000], init: he}}\nnodes: {a: p*p*p*p*p*p*p*p, f: sum(a)}\n"
      "train: {minimize: f, optimizer: {type: SGD, rate: 1e-9}, epochs: 1000000}\n");
  const Outcome o = slow.shell(
      "\"$TOOL\" g.yaml --quiet & child=$!; sleep 0.5; kill -INT $child; kill -TERM $child; wait $child; "
      "echo $?");
  CHECK((o.out == "143\n" || o.out == "130\n"));
}

TEST_CASE(
    "a loss that is not finite keeps the last good files, with exit 3, and so does a disk that is full, with "
    "4") {
  const Runs run;
  CHECK(run({"--save", "m"}).code == 0);
  const std::string model = run.file("m"), state = run.file("m.resume");
  CHECK(run({"--save", "m", "--set", "train.optimizer.rate=1e30"}).code == 3);
  CHECK(run.file("m") == model);
  CHECK(run.file("m.resume") == state);
  const Outcome o = run.shell("ulimit -f 1; exec \"$TOOL\" g.yaml --save m --seed 3 --quiet");
  INFO(o.err);
  CHECK(o.code == 4);
  CHECK(contains(o.err, "m: cannot be written: File too large"));
  CHECK(run.file("m") == model);
  CHECK_FALSE(run.has("m.part"));
}

TEST_CASE(
    "a standard output that is closed, full or no longer read ends with exit 4, and never in the model") {
  const Runs run;
  CHECK(run({"--save", "m", "--seed", "3"}).code == 0);
  for (const char* json : {"", "--json"})
    for (const char* output : {">&-", ">/dev/full", "| true"}) {
      const Outcome o = run.shell(fmt::format(
          "{{ \"$TOOL\" g.yaml {} --save m --set train.epochs=2000; echo $? >code; }} {}", json, output));
      INFO(json, output, o.err);
      CHECK(run.file("code") == "4\n");
      CHECK(contains(o.err, "standard output: "));
      CHECK(o.err.find("standard output: ") == o.err.rfind("standard output: "));
      CHECK(read_model(run.folder.path() / "m").epoch < 2000);
    }
}

TEST_CASE("runs that are killed at any moment, also inside a save, lose nothing that was saved") {
  const Outcome o = run_tool("/usr/bin/python3", {(source_folder() / "tests/crashes.py").string(),
                                                  (build_folder() / "graph-runner").string(), "kills", "20"});
  INFO(o.out, o.err);
  CHECK(o.code == 0);
}

TEST_CASE("each call of a save that fails leaves the old file or the new one, and that is whole") {
  const Outcome o = run_tool("/usr/bin/python3", {(source_folder() / "tests/crashes.py").string(),
                                                  (build_folder() / "graph-runner").string(), "faults", "3"});
  INFO("where strace is missing, tools/test installs it", o.out, o.err);
  CHECK(o.code == 0);
}

TEST_CASE("values of parameters that nobody has trained are said to be such") {
  const Runs run(
      "inputs: {x: [n, 2]}\nnodes: {y: {type: Linear, in: x, units: 1}}\ndata: {train: {x: [[1, 2]]}}\n");
  Outcome o = run({});
  CHECK(o.code == 0);
  CHECK(o.err == "untrained: the parameters are as seed 1 draws them; --load FILE takes those of a model\n");
  CHECK(events(run({"--json"}).out)[0]["event"] == "untrained");
  const Runs none("inputs: {x: [n, 2]}\nnodes: {y: {type: Softmax, in: x}}\ndata: {train: {x: [[1, 2]]}}\n");
  CHECK(none({}).err.empty());
}

TEST_CASE("nothing that is written takes the place of what is read") {
  const TemporaryFolder folder;
  folder.write("x.csv", "1\n2\n");
  folder.write(
      "g.yaml",
      "inputs: {x: [n, 1]}\nparameters: {p: {shape: [], init: ones}}\nnodes: {f: 'sum((x - p).^2)', y: 2*x}\n"
      "data: {train: {x: {file: x.csv}}}\n"
      "train: {minimize: f, optimizer: {type: SGD, rate: 0.01}, batch: 2, epochs: 1}\n");
  fs::create_hard_link(folder.path() / "g.yaml", folder.path() / "same");
  fs::create_symlink("x.csv", folder.path() / "x.link");
  fs::create_directory(folder.path() / "plugins");
  fs::copy_file(test_plugins() / "Plain.so", folder.path() / "plugins/Plain.so");
  const auto refused = [&](const std::string& tool, std::vector<std::string> arguments,
                           const std::string& file, const std::string& read) {
    const std::string before = read_file(folder.path() / read);
    arguments.insert(arguments.end(), {"--plugins", "plugins"});
    const Outcome o = run_tool(tool, arguments, folder.path());
    INFO(file, ": ", o.err);
    CHECK(o.code == 2);
    CHECK(contains(o.err, file + ": that would write over "));
    CHECK(read_file(folder.path() / read) == before);
  };
  for (const char* file : {"g.yaml", "./g.yaml", "same", "x.csv", "x.link", "plugins/Plain.so"})
    refused("graph-runner", {"g.yaml", "--save", file}, file, file);
  refused("graph-runner", {"g.yaml", "--predict", "y=x.csv"}, "x.csv", "x.csv");
  fs::create_hard_link(folder.path() / "g.yaml", folder.path() / "m.resume");
  refused("graph-runner", {"g.yaml", "--save", "m"}, "m.resume", "g.yaml");
  refused("graph-runner", {"g.yaml", "--set", "train.save=x.csv"}, "x.csv", "x.csv");
  refused("grad-check", {"g.yaml", "--save-case", "g.yaml"}, "g.yaml", "g.yaml");
  refused("grad-check", {"--type", "Plain", "--save-case", "plugins/Plain.so"}, "plugins/Plain.so",
          "plugins/Plain.so");
}
