// What trained models are for: they are evaluated, and predict values of new data, for other programs too.
#include <cmath>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/support.hpp"
#include "train/trainer.hpp"

using namespace graph_runner;
using namespace graph_runner::test;
using Json = nlohmann::json;

namespace {

// Three classes in a row on a line, of which the model knows the samples of the first two.
const std::string classifier = R"(inputs: {x: [batch, 1], kind: [batch, 3]}
nodes:
  scores: {type: Linear, in: x, units: 3}
  loss: {type: CrossEntropy, in: [scores, kind]}
  hits: {type: Accuracy, in: [scores, kind]}
data:
  train:
    x: {values: [[-50], [-40], [40], [50]], standardize: true}
    kind: {values: [0, 0, 1, 1], one_hot: 3}
  test:
    x: {values: [[-45], [45], [60]], standardize: true}
    kind: {values: [0, 1, 2], one_hot: 3}
train: {minimize: loss, optimizer: {type: SGD, rate: 1}, batch: 4, epochs: 50, watch: [hits]}
)";

struct Trained {
  explicit Trained(const std::string& yaml = classifier) {
    folder.write("g.yaml", yaml);
    REQUIRE(run({"--save", "m", "--quiet"}).code == 0);
  }
  Outcome run(std::vector<std::string> options) const {
    options.insert(options.begin(), "g.yaml");
    return run_tool("graph-runner", options, folder.path());
  }
  std::string file(const std::string& name) const { return read_file(folder.path() / name); }
  TemporaryFolder folder;
};

std::vector<Json> events(const std::string& out) {
  std::vector<Json> all;
  std::istringstream lines(out);
  for (std::string line; std::getline(lines, line);) all.push_back(Json::parse(line));
  return all;
}

// An IDX file of doubles, a sample a number.
std::string idx(const std::vector<double>& numbers) {
  std::string out{0, 0, 0x0E, 2, 0, 0, 0, static_cast<char>(numbers.size()), 0, 0, 0, 1};
  for (const double x : numbers) {
    const char* bytes = reinterpret_cast<const char*>(&x);
    for (int i = 7; i >= 0; --i) out += bytes[i];
  }
  return out;
}

}  // namespace

TEST_CASE(
    "--evaluate prints the means of each split, which class is taken for which, and the worst mistakes") {
  const Trained t;
  const Outcome o = t.run({"--load", "m", "--evaluate"});
  INFO(o.out, o.err);
  CHECK(o.code == 0);
  CHECK(contains(o.out, "train.hits 1.0000 (4 samples)\n"));
  CHECK(contains(o.out, "test.hits 0.6667 (3 samples)\n"));
  CHECK(contains(o.out,
                 "classes by 'scores', test\n\n  is \\ taken for  0  1  2\n               0  1  .  .\n"
                 "               1  .  1  .\n               2  .  1  .\n"));
  CHECK(contains(o.out, "worst mistakes, test\n\n  sample  is  taken for"));
  const std::vector<Json> all = events(t.run({"--load", "m", "--evaluate", "--json"}).out);
  REQUIRE(all.size() == 3);
  CHECK(all[1]["split"] == "test");
  CHECK(all[1]["samples"] == 3);
  CHECK(all[2]["counts"] == Json::parse("[[1, 0, 0], [0, 1, 0], [0, 1, 0]]"));
  CHECK(all[2]["worst"][0]["sample"] == 3);
  CHECK(all[2]["worst"][0]["taken_for"] == "1");
}

TEST_CASE("what --evaluate says of a model is what the run said that saved it") {
  const Trained t;
  const Json verdict = events(t.run({"--save", "n", "--json"}).out).back();
  const std::vector<Json> all = events(t.run({"--load", "n", "--evaluate", "--json"}).out);
  CHECK(all[0]["means"] == verdict["train"]);
  CHECK(all[1]["means"] == verdict["test"]);
}

TEST_CASE("--predict writes the same numbers as NPY, which numpy reads, and as CSV") {
  const Trained t;
  const Outcome o = t.run({"--load", "m", "--predict", "scores=s.npy", "--predict", "scores=s.csv",
                           "--predict", "hits=h.npy", "--predict", "hits=-"});
  INFO(o.out, o.err);
  REQUIRE(o.code == 0);
  CHECK(o.out == "hits\n1\n1\n0\n");
  const std::string csv = t.file("s.csv");
  CHECK(csv.substr(0, 6) == "0,1,2\n");
  const Outcome read = run_tool(
      "/usr/bin/python3",
      {"-c",
       "import numpy\nfor f in 's.npy', 'h.npy':\n  a = numpy.load(f)\n  print(a.shape, "
       "a.dtype)\nprint(numpy.abs("
       "numpy.load('s.npy') - numpy.loadtxt('s.csv', delimiter=',', skiprows=1, dtype='f4')).max())"},
      t.folder.path());
  INFO("where python3-numpy is missing, tools/test installs it", read.err);
  CHECK(read.out == "(3, 3) float32\n(3,) float32\n0.0\n");
}

TEST_CASE(
    "--input is prepared as the training data were, and gets its class and the runner-up, without any data") {
  const Trained t;
  t.folder.write("mine", idx({45, -45}));
  const Outcome o = t.run({"--load", "m", "--predict", "scores=mine.csv", "--input", "x=mine"});
  INFO(o.out, o.err);
  REQUIRE(o.code == 0);
  CHECK(o.out.rfind("sample 1: 1 (", 0) == 0);
  CHECK(contains(o.out, "\nsample 2: 0 ("));
  CHECK(contains(o.out, "), then "));
  // The test samples of the file are the same two, the other way round.
  REQUIRE(t.run({"--load", "m", "--predict", "scores=theirs.csv"}).code == 0);
  std::istringstream mine(t.file("mine.csv")), theirs(t.file("theirs.csv"));
  std::vector<std::string> a(3), b(4);
  for (std::string& line : a) std::getline(mine, line);
  for (std::string& line : b) std::getline(theirs, line);
  CHECK(a == std::vector<std::string>{b[0], b[2], b[1]});
  const std::vector<Json> all =
      events(t.run({"--load", "m", "--predict", "scores=s.npy", "--input", "x=mine", "--json"}).out);
  REQUIRE(all.size() == 2);
  CHECK(all[1]["class"] == "0");
}

TEST_CASE("--input takes what data: takes, and what it does not say is as the file has it") {
  const Trained t;
  t.folder.write("mine.csv", "a,x\n1,-45\n2,45\n");
  const auto classes = [&](const std::string& input) {
    const Outcome o = t.run({"--load", "m", "--predict", "scores=s.npy", "--input", input, "--json"});
    INFO(o.out, o.err);
    REQUIRE(o.code == 0);
    std::vector<std::string> found;
    for (const Json& event : events(o.out)) found.push_back(event["class"]);
    return found;
  };
  CHECK(classes("x=[[45], [-45]]") == std::vector<std::string>{"1", "0"});
  CHECK(classes("x={file: mine.csv, columns: x}") == std::vector<std::string>{"0", "1"});
  CHECK(classes("x={file: mine.csv, columns: [2], rows: [2, 2]}") == std::vector<std::string>{"1"});
}

TEST_CASE("--derive takes the parameters of a model, and says where they are untrained") {
  const Trained t(
      "inputs: {x: [n, 1]}\nparameters: {p: {shape: [], init: ones}}\nnodes: {f: 'sum((x - p).^2)', "
      "g: p^2}\ndata: {train: {x: [[3], [3]]}}\n"
      "train: {minimize: f, optimizer: {type: SGD, rate: 0.25}, batch: 2, epochs: 1}\n");
  Outcome o = t.run({"--derive", "g", "--load", "m"});
  INFO(o.out, o.err);
  CHECK(contains(o.out, "g = 9\n\ndg/dp = 6\n"));
  CHECK(o.err.empty());
  o = t.run({"--derive", "g"});
  CHECK(contains(o.out, "g = 1\n\ndg/dp = 2\n"));
  CHECK(contains(o.err, "untrained: "));
  o = t.run({"--derive", "g", "--at", "p = 2"});
  CHECK(o.err.empty());
}

TEST_CASE("what cannot be predicted is refused: a value without samples, an input that is not given") {
  const Trained t;
  t.folder.write("mine", idx({45}));
  Outcome o = t.run({"--load", "m", "--predict", "scores.W=w.npy"});
  CHECK(o.code == 2);
  o = t.run({"--load", "m", "--predict", "hits=h.npy", "--input", "x=mine"});
  CHECK(o.code == 2);
  CHECK(contains(o.err, "what is predicted depends on the input 'kind', which is not given"));
  o = t.run({"--load", "m", "--predict", "scores=w.npy", "--input", "x=mine", "--data", "/"});
  CHECK(o.code == 0);
  const Trained square(
      "inputs: {x: [n, 2]}\nparameters: {p: {shape: [], init: 1}}\nnodes: {loss: '(sum(x) - p)^2'}\n"
      "data: {train: {x: [[1, 2]]}}\ntrain: {minimize: loss, optimizer: {type: SGD, rate: 0.01}, "
      "batch: 1, epochs: 1}\n");
  o = square.run({"--load", "m", "--predict", "loss=l.npy"});
  CHECK(o.code == 2);
  CHECK(contains(
      o.err, "'loss' has shape []; what is predicted has a row for each sample, so its first axis is 'n'"));
}

TEST_CASE("a graph whose parameters fit a model but which computes something else is warned about") {
  const Trained t(
      "inputs: {x: [n, 2], y: [n, 1]}\nnodes:\n  h: {type: Linear, in: x, units: 3}\n  a: {type: ReLU, in: "
      "h}\n"
      "  o: {type: Linear, in: a, units: 1}\n  loss: {type: SquaredLoss, in: [o, y]}\n"
      "data: {train: {x: [[1, 2]], y: [[1]]}}\n"
      "train: {minimize: loss, optimizer: {type: SGD, rate: 0.01}, batch: 1, epochs: 1}\n");
  std::string other = t.file("g.yaml");
  t.folder.write("g.yaml", other.replace(other.find("ReLU"), 4, "Tanh"));
  const Outcome o = t.run({"--load", "m", "--evaluate"});
  CHECK(o.code == 0);
  CHECK(contains(o.err, "warning: m was trained by another graph: nodes.a.type was \"ReLU\", is \"Tanh\""));
}
