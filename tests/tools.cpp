// What the tools print.
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/support.hpp"

using namespace graph_runner;
using namespace graph_runner::test;

TEST_CASE("graph-inspect lists every node type with what it computes") {
  const Outcome o = run_tool("graph-inspect", {});
  CHECK(o.code == 0);
  for (const char* type : {"Accuracy", "Add", "Concat", "CrossEntropy", "Linear", "MatMul", "Multiply",
                           "ReLU", "Sigmoid", "Softmax", "SquaredLoss", "Tanh"})
    CHECK(contains(o.out, std::string(type) + " "));
  CHECK(contains(o.out, "y = x Wᵀ + b"));
}

TEST_CASE("graph-inspect summarises a graph file, and draws it in Graphviz's language") {
  const std::string file = (source_folder() / "graphs" / "two-inputs.yaml").string();
  Outcome o = run_tool("graph-inspect", {file});
  CHECK(o.code == 0);
  CHECK(contains(o.out, "right   Linear        b, W: left.W, b: left.b  [batch, 8]"));
  CHECK(contains(o.out, "in all              458"));
  o = run_tool("graph-inspect", {file, "--dot"});
  CHECK(o.code == 0);
  CHECK(o.out.rfind("digraph G {", 0) == 0);
  CHECK(contains(o.out, "label=\"joined\nConcat\""));
  CHECK(contains(o.out, "label=\"[batch, 24]\""));
}

TEST_CASE("the parameters of a node are those that it owns: tied ones count once, unknown sizes not at all") {
  const TemporaryFolder folder;
  const std::string file = folder.write("p.yaml", R"(
inputs: {x: [n, 2], u: [n, k]}
parameters: {V: {shape: [3, 3], init: he}}
nodes:
  first: {type: Linear, in: x, units: 3}
  tied: {type: Linear, in: {x: first, W: V, b: first.b}, units: 3}
  open: {type: Linear, in: u, units: 3}
)");
  const auto json = nlohmann::json::parse(run_tool("graph-inspect", {file, "--json"}).out);
  std::vector<std::int64_t> own;
  for (const auto& node : json["nodes"]) own.push_back(node["parameters"]);
  CHECK(own == std::vector<std::int64_t>{9, 0, -1});
  CHECK(json["parameters"] == 9 + 9 + 3);
}

TEST_CASE("usage errors end with exit 2 and point to --help") {
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{}, {"--nonsense"}, {"a.yaml", "--threads", "0"}}) {
    const Outcome o = run_tool("graph-runner", arguments);
    CHECK(o.code == 2);
    CHECK(contains(o.err, "Try graph-runner --help"));
  }
  const Outcome o = run_tool("graph-runner", {"a.yaml", "--json", "--threads", "0"});
  CHECK(o.code == 2);
  CHECK(o.err.empty());
  const auto event = nlohmann::json::parse(o.out);
  CHECK(event["event"] == "error");
  CHECK(contains(event["message"], "--threads"));
  const std::string graph = (source_folder() / "graphs" / "xor.yaml").string();
  for (const std::vector<std::string>& arguments : {std::vector<std::string>{graph, "--dot", "--expand"},
                                                    {"Linear", "--schema"},
                                                    {"--as-json"},
                                                    {"--expand"}})
    CHECK(run_tool("graph-inspect", arguments).code == 2);
  CHECK(run_tool("graph-runner", {"--help"}).code == 0);
  CHECK(contains(run_tool("graph-runner", {"--version"}).out, "graph-runner "));
}

TEST_CASE("off a terminal there is no colour and no redrawing") {
  const Outcome o = run_tool("graph-runner", {(source_folder() / "graphs" / "xor.yaml").string()}, {},
                             {"TERM=xterm-256color"});
  CHECK(o.code == 0);
  CHECK(o.err.empty());
  CHECK_FALSE(contains(o.out, "\x1b"));
  CHECK_FALSE(contains(o.out, "\r"));
}

TEST_CASE("a value of a graph without training is printed, for people and for programs") {
  const TemporaryFolder folder;
  const std::string file = folder.write("v.yaml",
                                        "inputs: {x: [n, 2]}\nnodes: {y: {type: Multiply, in: [x, "
                                        "x]}}\ndata: {train: {x: [[1, 2], [3, -4]]}}\n");
  CHECK(run_tool("graph-runner", {file}).out == "y [2, 2]\n  1   4\n  9  16\n");
  const auto json = nlohmann::json::parse(run_tool("graph-runner", {file, "--json"}).out);
  CHECK(json["name"] == "y");
  CHECK(json["shape"] == nlohmann::json({2, 2}));
  CHECK(json["entries"] == nlohmann::json({1, 4, 9, 16}));
}

TEST_CASE("several files are run in turn, and the worst exit code is the program's") {
  const TemporaryFolder folder;
  const std::string xor_file = (source_folder() / "graphs" / "xor.yaml").string();
  const Outcome o = run_tool("graph-runner", {folder.write("bad.yaml", "nodes: 1"), xor_file, "--quiet"});
  CHECK(o.code == 2);
  CHECK(contains(o.out, "after epoch 500"));
}

TEST_CASE(
    "a graph file may be standard input or a pipe, but no device, and no pipe that nobody writes into") {
  const TemporaryFolder folder;
  folder.write("g.yaml",
               "parameters: {p: {shape: [], init: ones}}\nnodes: {f: p^2}\n"
               "train: {minimize: f, optimizer: {type: SGD, rate: 0.1}, epochs: 2}\n");
  const auto shell = [&](const std::string& script) {
    return run_tool("/bin/bash", {"-c", script}, folder.path(),
                    {"TOOL=" + (build_folder() / "graph-runner").string()});
  };
  const Outcome o = shell("\"$TOOL\" g.yaml --quiet");
  REQUIRE(o.code == 0);
  for (const char* script :
       {"\"$TOOL\" --quiet - <g.yaml", "cat g.yaml | \"$TOOL\" --quiet -",
        "\"$TOOL\" <(sleep 0.2; cat g.yaml) --quiet",
        "mkfifo f; (sleep 0.1; cat g.yaml) >f & sleep 0.05; exec 3<f; \"$TOOL\" f --quiet"}) {
    INFO(script);
    const Outcome piped = shell(script);
    INFO(piped.err);
    CHECK(piped.code == 0);
    CHECK(piped.out == o.out);
  }
  CHECK(shell("\"$TOOL\" - --quiet --sweep train.epochs=1,2 <g.yaml").code == 0);
  const auto refused = [&](const std::string& script, const std::string& message) {
    INFO(script);
    const Outcome bad = shell(script);
    CHECK(bad.code == 4);
    CHECK(contains(bad.err, message));
  };
  refused("mkfifo silent; \"$TOOL\" silent", "silent: error: is a pipe, and nobody writes into it");
  refused("\"$TOOL\" g.yaml --claims silent", "silent: error: is a pipe, and nobody writes into it");
  refused("\"$TOOL\" /dev/zero", "/dev/zero: error: is a device, not a file");
  refused("\"$TOOL\" .", ".: error: is a directory");
  refused("\"$TOOL\" - <&-", "-: error: Bad file descriptor");
}

TEST_CASE("--seed is an integer from 0 to 2^64 - 1 in digits, for every tool and for every file") {
  const TemporaryFolder folder;
  const std::string claims =
      folder.write("claims.yaml", "inputs: {x: [2]}\nnodes: {f: norm2(x)^2}\ncheck: [df/dx = 2*x]\n");
  const std::string trained = (source_folder() / "graphs" / "xor.yaml").string();
  const std::vector<std::pair<std::string, std::vector<std::string>>> runs{
      {"graph-runner", {claims}},
      {"graph-runner", {trained, "--quiet"}},
      {"grad-check", {claims}},
      {"graph-inspect", {"--check", (build_folder() / "plugins" / "Add.so").string()}}};
  for (auto [tool, arguments] : runs) {
    const auto with = [&](const std::string& seed) {
      std::vector<std::string> all = arguments;
      all.push_back("--seed=" + seed);
      return run_tool(tool, all);
    };
    for (const std::string seed : {"abc", "1e3", "-1", "+1", "0x1", "007", "1.5", " 1"}) {
      const Outcome o = with(seed);
      INFO(tool, " ", arguments[0], " --seed ", seed, ": ", o.err);
      CHECK(o.code == 2);
      CHECK(contains(o.err, fmt::format("seed: found '{}', expected an integer of at least 0", seed)));
    }
    CHECK(contains(with("18446744073709551616").err, "and at most 18446744073709551615"));
  }
  CHECK(run_tool("graph-runner", {claims, "--seed", ""}).code == 2);
  for (const char* seed : {"0", "7", "18446744073709551615"}) {
    CHECK(run_tool("graph-runner", {claims, "--seed", seed}).code == 0);
    CHECK(run_tool("grad-check", {claims, "--seed", seed}).code == 0);
  }
}

TEST_CASE("the modes of graph-inspect are asked for one at a time, with what they take") {
  const auto refuse = [](const std::vector<std::string>& arguments, const std::string& message) {
    const Outcome o = run_tool("graph-inspect", arguments);
    CHECK(o.code == 2);
    CHECK(o.err == "error: " + message + "\n");
  };
  const std::string graph = (source_folder() / "graphs" / "xor.yaml").string();
  refuse({graph, "--dot", "--as-json"},
         "--dot, --svg, --expand, --as-json, --schema, --new and --check are asked for one at a time");
  refuse({graph, "--new", "Swish"},
         "found '" + graph + "': --new and --check take no type and no graph file");
  refuse({"Linear", "--schema"}, "--schema wants a graph file, or nothing");
  refuse({"Linear", "--dot"}, "--dot wants a graph file");
  refuse({"--as-json"}, "--as-json wants a graph file");
  refuse({"Linear", "--seed", "2"}, "--seed is of what --check draws");
}
