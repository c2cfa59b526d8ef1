// --prompt: a network goes on with a text.
#include <nlohmann/json.hpp>

#include "tests/support.hpp"

using namespace graph_runner;
using namespace graph_runner::test;
using Json = nlohmann::json;

namespace {

// Learns from "abcabc…" that b follows a, c follows b and a follows c.
const std::string letters = R"(inputs: {text: [batch, 4], next: [batch, 4, 5]}
nodes:
  x: {type: Embedding, in: text, count: 5, units: 8}
  scores: {type: Linear, in: x, units: 5}
  loss: {type: CrossEntropy, in: [scores, next]}
data:
  train:
    text: {file: abc.txt, characters: current}
    next: {file: abc.txt, characters: next, one_hot: 5}
train: {minimize: loss, optimizer: {type: Adam, rate: 0.1}, batch: 8, epochs: 20}
)";

struct Trained {
  explicit Trained(const std::string& yaml = letters) {
    std::string text;
    for (int i = 0; i < 50; ++i) text += "abc";
    folder.write("abc.txt", text);
    folder.write("g.yaml", yaml);
    REQUIRE(run({"--save", "m", "--quiet"}).code == 0);
  }
  Outcome run(std::vector<std::string> options) const {
    options.insert(options.begin(), "g.yaml");
    return run_tool("graph-runner", options, folder.path());
  }
  Outcome go_on(std::vector<std::string> options, const std::string& to = "scores=-") const {
    options.insert(options.begin(), {"--load", "m", "--predict", to});
    return run(options);
  }
  TemporaryFolder folder;
};

}  // namespace

TEST_CASE("--prompt goes on with a text that is shorter or longer than what the network sees at a time") {
  const Trained t;
  for (const std::string prompt : {"a", "ab", "abca", "cabcabcabca"}) {
    INFO(prompt);
    const Outcome o = t.go_on({"--prompt", prompt, "--length", "7", "--temperature", "0"});
    CHECK(o.err == "");
    CHECK(o.code == 0);
    const std::string from = prompt.back() == 'a' ? "bcabcab" : "cabcabc";
    CHECK(o.out == prompt + from + "\n");
  }
}

TEST_CASE("a model knows its characters: --prompt needs no data file") {
  const Trained t;
  std::filesystem::remove(t.folder.path() / "abc.txt");
  CHECK(t.go_on({"--prompt", "b", "--length", "2", "--temperature", "0"}).out == "bca\n");
}

TEST_CASE("what is drawn follows from the seed, and its freedom from the temperature") {
  const Trained t;
  const auto drawn = [&](const std::string& temperature, const std::string& seed) {
    return t.go_on({"--prompt", "a", "--length", "60", "--temperature", temperature, "--seed", seed}).out;
  };
  const std::string wild = drawn("100", "1");
  CHECK(wild.size() == 62);
  CHECK(wild.find_first_not_of("abc\n") == std::string::npos);  // and no class that stands for no character
  CHECK(contains(wild, "aa"));
  CHECK(drawn("100", "1") == wild);
  CHECK(drawn("100", "2") != wild);
  CHECK(drawn("1e-300", "2") == drawn("0", "1"));
  CHECK(t.go_on({"--prompt", "a"}).out.size() == 202);
}

TEST_CASE("--prompt writes a text file, or an event for machines") {
  const Trained t;
  CHECK(t.go_on({"--prompt", "a", "--length", "3", "--temperature", "0"}, "scores=out.txt").out == "");
  CHECK(read_file(t.folder.path() / "out.txt") == "abca\n");
  const Json event =
      Json::parse(t.go_on({"--prompt", "a", "--length", "3", "--temperature", "0", "--json"}).out);
  CHECK(event == Json{{"event", "continuation"}, {"value", "scores"}, {"prompt", "a"}, {"text", "bca"}});
}

TEST_CASE("prompts, temperatures and lengths that make no sense are refused") {
  const Trained t;
  const auto refused = [&](const std::vector<std::string>& options, const std::string& why,
                           const std::string& to = "scores=-") {
    const Outcome o = t.go_on(options, to);
    INFO(o.out, o.err);
    CHECK(o.code == 2);
    CHECK(o.out == "");
    CHECK(contains(o.err, why));
  };
  refused({"--prompt", ""}, "the prompt is empty; expected one character at least");
  refused({"--prompt", "abxc"},
          "character 3 of the prompt, 'x', is none of the 3 that the network was trained on: "
          "'a', 'b' or 'c'");
  refused({"--prompt", "a\xFF"}, "the prompt is not UTF-8: character 2");
  for (const char* temperature : {"-1", "nan", "inf", "warm", ""})
    refused({"--prompt", "a", "--temperature", temperature}, "expected a number of at least 0");
  for (const char* length : {"0", "-3", "x", "1000001"})
    refused({"--prompt", "a", "--length", length}, "--length");
  refused({"--prompt", "a"}, "expected NAME=FILE once, a file that ends in .txt, or -", "scores=a.npy");
  refused({"--prompt", "a"}, "'loss' depends on 2 inputs of characters; expected one", "loss=-");
  refused({"--prompt", "a", "--input", "text=abc.txt"}, "--input");
  refused({"--length", "3"}, "--prompt");
}

TEST_CASE("a network that sees what comes later is not asked to go on") {
  std::string yaml = letters;
  yaml.replace(yaml.find("  scores: {type: Linear, in: x"),
               std::string("  scores: {type: Linear, in: x").size(),
               "  seen: {type: Attention, in: [x, x, x]}\n  scores: {type: Linear, in: seen");
  const Outcome o = Trained(yaml).go_on({"--prompt", "a"});
  CHECK(o.code == 2);
  CHECK(contains(o.err,
                 "'scores' at a place depends on characters behind it, so it cannot go on with a text; "
                 "Attention wants 'causal: true'"));
}

TEST_CASE("scores of no text cannot go on with one") {
  const Trained t(R"(inputs: {text: [batch, 2], next: [batch, 2]}
nodes: {scores: {type: Linear, in: text, units: 2}, loss: {type: SquaredLoss, in: [scores, next]}}
data: {train: {text: [[0, 1]], next: [[1, 0]]}}
train: {minimize: loss, optimizer: {type: SGD, rate: 0.1}, batch: 1, epochs: 1}
)");
  const Outcome o = t.go_on({"--prompt", "a"});
  CHECK(o.code == 2);
  CHECK(contains(o.err, "--prompt: 'scores' depends on no inputs of characters; expected one"));
}

TEST_CASE("what char-transformer.yaml requires is less than what a Kneser-Ney model of characters has") {
  const Outcome o =
      run_tool("/usr/bin/python3", {"tests/kneser_ney.py", "data/moses/moses.txt"}, source_folder());
  INFO(o.err);
  REQUIRE(o.code == 0);  // and the probabilities summed to 1
  const GraphFile file = read_graph_file(source_folder() / "graphs/char-transformer.yaml", registry());
  CHECK(file.train->require[0].of.name() == "test.loss");
  CHECK(file.train->require[0].bound < std::stod(o.out));
}
