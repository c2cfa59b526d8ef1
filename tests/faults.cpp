// Plugins that fail while they are used: by an error, an exception across the C ABI, or a value that is not
// finite. The tools end with an exit code and the node's name and line, never by what a plugin throws.
#include "tests/support.hpp"

using namespace graph_runner;
using namespace graph_runner::test;

namespace {

// A network that trains, with the node under test in line 4.
std::string training(const std::string& node) {
  return fmt::format(R"(inputs: {{x: [n, 2], y: [n, 1]}}
nodes:
  linear: {{type: Linear, in: x, units: 1}}
  fault: {}
  loss: {{type: SquaredLoss, in: [fault, y]}}
data: {{train: {{x: [[1, 2], [3, 4], [5, 6]], y: [[1], [2], [3]]}}}}
train: {{minimize: loss, optimizer: {{type: SGD, rate: 0.01}}, batch: 2, epochs: 3}}
)",
                     node);
}
std::string thrower(const std::string& where, const std::string& how) {
  return fmt::format("{{type: Thrower, in: linear, where: {}, how: {}}}", where, how);
}

// What the tool makes of a file; every line of `said` must be there.
void check_fault(const std::string& tool, const std::string& file, int code, const std::string& said,
                 std::vector<std::string> options = {}) {
  const TemporaryFolder folder;
  std::vector<std::string> arguments{folder.write("fault.yaml", file), "--plugins", test_plugins().string()};
  arguments.insert(arguments.end(), options.begin(), options.end());
  const Outcome o = run_tool(tool, arguments);
  INFO(tool, " ", file, o.out, o.err);
  CHECK(o.code == code);
  CHECK(contains(o.err, "fault.yaml:4:3: error: "));
  CHECK(contains(o.err, said));
}

const std::string none_may = "; no exception may leave a plugin";

}  // namespace

TEST_CASE("a plugin that fails while running ends the run with exit 3, naming the node and its line") {
  for (const auto& [when, message] :
       {std::pair("forward", "node 'fault' (Fault) failed in forward: told to fail in forward"),
        std::pair("oddly",
                  "node 'fault' (Fault) failed in forward: an exception that is not a std::exception"),
        std::pair("backward", "node 'fault' (Fault) failed in backward: told to fail in backward"),
        std::pair("nan",
                  "the loss is not finite; it began with node 'fault' (Fault), output 'y', entry [2, 1]")}) {
    const TemporaryFolder folder;
    const std::string file = folder.write("fault.yaml", fmt::format(R"(inputs: {{x: [n, 2], y: [n, 1]}}
nodes:
  linear: {{type: Linear, in: x, units: 1}}
  fault: {{type: Fault, in: linear, when: {}}}
  loss: {{type: SquaredLoss, in: [fault, y]}}
data: {{train: {{x: [[1, 2], [3, 4]], y: [[1], [2]]}}}}
train: {{minimize: loss, optimizer: {{type: SGD, rate: 0.1}}, batch: 2, epochs: 3}}
)",
                                                                    when));
    const Outcome o = run_tool("graph-runner", {file, "--plugins", test_plugins().string()});
    INFO(o.err);
    CHECK(o.code == 3);
    CHECK(contains(o.err, "fault.yaml:4:3: error: "));
    CHECK(contains(o.err, message));
  }
}

TEST_CASE("what a plugin throws out of a kernel ends the run with exit 3, naming node, line, call and type") {
  for (const std::string call : {"forward", "backward"})
    for (const auto& [how, thrown] : {std::pair("std", "threw a std::runtime_error: out of luck"),
                                      {"silent", "threw a std::runtime_error"},
                                      {"int", "threw an int"},
                                      {"own", "threw a (anonymous namespace)::Own"}})
      check_fault("graph-runner", training(thrower(call, how)), 3,
                  fmt::format("node 'fault' (Thrower) failed in {}: {}{}", call, thrown, none_may));
}

TEST_CASE(
    "what a plugin throws in a task of the parallel loop reaches the caller, on any number of threads") {
  for (const std::string call : {"forward", "backward"})
    for (const std::string threads : {"1", "2", "4"})
      check_fault("graph-runner", training(thrower("task in " + call, "own")), 3,
                  fmt::format("node 'fault' (Thrower) failed in {}: threw a (anonymous namespace)::Own{}",
                              call, none_may),
                  {"--threads", threads});
}

TEST_CASE("a status that is an error, or none that there is, ends the run with exit 3") {
  for (const std::string call : {"forward", "backward"}) {
    check_fault("graph-runner", training(thrower("status of " + call, "std")), 3,
                fmt::format("node 'fault' (Thrower) failed in {}: the plugin gives no reason", call));
    check_fault("graph-runner", training(thrower("status of " + call, "own")), 3,
                fmt::format("node 'fault' (Thrower) failed in {}: returned 77, which is no status", call));
  }
}

TEST_CASE("what a plugin throws while the request is read is a mistake of the request, with exit 2") {
  for (const std::string tool : {"graph-runner", "graph-inspect", "grad-check"})
    for (const std::string call : {"create", "shapes"})
      check_fault(tool, training(thrower(call, "int")), 2,
                  fmt::format("failed in {}: threw an int{}", call, none_may));
  for (const std::string tool : {"graph-runner", "grad-check"})
    check_fault(tool, training(thrower("size of scratch", "own")), 2,
                "node 'fault' (Thrower) failed in scratch: asks for 18446744073709551615 bytes");
  for (const std::string tool : {"graph-runner", "grad-check"})
    check_fault(tool, training(thrower("scratch", "own")), 2,
                "node 'fault' (Thrower) failed in scratch: threw a (anonymous namespace)::Own" + none_may);
  const TemporaryFolder folder;
  const std::string file = folder.write("entry.yaml", training("{type: EntryThrower, in: linear}"));
  const std::vector<std::string> plugins{"--plugins",
                                         (build_folder() / "bad-plugins" / "EntryThrower").string()};
  const std::string said = "EntryThrower.so: its entry threw a std::runtime_error: out of luck" + none_may;
  Outcome o = run_tool("graph-runner", {file, plugins[0], plugins[1]});
  CHECK(o.code == 2);
  CHECK(contains(o.err, "entry.yaml:4:17: error: "));
  CHECK(contains(o.err, said));
  o = run_tool("graph-inspect", plugins);
  CHECK(o.code == 2);
  CHECK(contains(o.err, said));
  CHECK(contains(o.out, "ReLU"));
}

TEST_CASE("what a plugin throws while it is loaded, where nothing may catch it, names the plugin: exit 2") {
  const TemporaryFolder folder;
  const std::string file = folder.write("load.yaml", training("{type: LoadThrower, in: linear}")),
                    plugins = build_folder() / "bad-plugins" / "LoadThrower",
                    said =
                        "plugin " + plugins +
                        "/LoadThrower.so: while it was loaded, it threw a std::runtime_error: out of luck" +
                        none_may;
  for (const char* tool : {"graph-runner", "graph-inspect", "grad-check"}) {
    Outcome o = run_tool(tool, {file, "--plugins", plugins});
    INFO(o.err);
    CHECK(o.code == 2);
    CHECK(contains(o.err, said));
    o = run_tool(tool, {file, "--plugins", plugins, "--json"});
    INFO(o.out);
    CHECK(o.code == 2);
    CHECK(contains(o.out, said));
  }
}

TEST_CASE("a node that cannot be destroyed without throwing does not end the program") {
  const TemporaryFolder folder;
  const std::string file = folder.write("d.yaml", training(thrower("destroy", "own")));
  CHECK(run_tool("graph-runner", {file, "--plugins", test_plugins().string()}).code == 0);
}

TEST_CASE("grad-check stops at a kernel that throws, with exit 3") {
  for (const std::string call : {"forward", "backward"})
    check_fault("grad-check", training(thrower(call, "std")), 3,
                fmt::format("node 'fault' (Thrower) failed in {}: threw a std::runtime_error: out of luck{}",
                            call, none_may));
}

TEST_CASE("a value that is not finite stops training and names the node that wrote it, in either direction") {
  check_fault(
      "graph-runner", training(thrower("value of forward", "std")), 3,
      "epoch 1: the loss is not finite; it began with node 'fault' (Thrower), output 'y', entry [1, 1]");
  check_fault("graph-runner", training(thrower("value of backward", "std")), 3,
              "epoch 1: a gradient is not finite; it began with node 'fault' (Thrower), the gradient of port "
              "'x', entry [1, 1]");
}

TEST_CASE("a gradient that is not finite is traced through momentum, in the last step too") {
  // 1/x, at x = 0 after one step of exactly that length.
  const std::string file = R"(parameters: {p: {shape: [], init: 1}}
nodes:
  square: {type: Multiply, in: [p, p]}
  root: {type: Sqrt, in: square}
train: {minimize: root, optimizer: {type: SGD, rate: 1, momentum: 0.5}, epochs: 2}
)";
  check_fault(
      "graph-runner", file, 3,
      "epoch 2: a gradient is not finite; it began with node 'root' (Sqrt), the gradient of port 'x'");
}

TEST_CASE("a value that is not finite is not printed: its origin is, with exit 3") {
  check_fault("graph-runner", R"(inputs: {x: [n, 2]}
nodes:
  half: {type: Negate, in: x}
  log: {type: Log, in: half}
  all: {type: Sum, in: log}
data: {train: {x: [[-1, -2], [-3, 4]]}}
)",
              3,
              "the value of 'all' is not finite; it began with node 'log' (Log), output 'y', entry [2, 2]");
}

TEST_CASE("a loss that is not finite on the test data stops the run") {
  check_fault(
      "graph-runner", R"(inputs: {x: [n, 1]}
parameters: {p: {shape: [1], init: 1}}
nodes:
  log: {type: Log, in: x}
  loss: '(sum(log) - sum(p))^2'
data: {train: {x: [[1], [2]]}, test: {x: [[1], [0]]}}
train: {minimize: loss, optimizer: {type: SGD, rate: 0.1}, batch: 2, epochs: 1}
)",
      3, "the loss of the test data is not finite; it began with node 'log' (Log), output 'y', entry [2, 1]");
}

TEST_CASE("a plugin that ends the program does not make it look done: a message, and exit 2 or 3") {
  const std::string plugins = build_folder() / "hostile-plugins";
  for (const auto& [type, code, said] :
       {std::tuple("ExitsWhenLoaded", 2,
                   "plugin " + plugins + "/ExitsWhenLoaded.so: while it was loaded, it ended the program"),
        std::tuple("ExitsInForward", 3, std::string("a plugin has ended the program"))}) {
    const TemporaryFolder folder;
    const std::string file =
        folder.write("e.yaml", fmt::format("inputs: {{x: [n]}}\nnodes: {{y: {{type: {}, in: x}}}}\n"
                                           "data: {{train: {{x: [1, 2]}}}}\n",
                                           type));
    const Outcome o = run_tool("graph-runner", {file, "--plugins", plugins});
    INFO(o.out, o.err);
    CHECK(o.code == code);
    CHECK(contains(o.err, said));
  }
}

#if GRAPH_RUNNER_SLOWNESS == 1  // sanitizers have an allocator of their own
TEST_CASE("where memory runs out, at whatever allocation, that is a message and exit 3") {
  int failed = 0;
  for (int at = 1; at <= 400; ++at) {
    const Outcome o = run_tool("graph-runner",
                               {(source_folder() / "graphs/xor.yaml").string(), "--quiet", "--set",
                                "train.epochs=1", "--set", "train.require={}"},
                               {},
                               {"FAIL_AT=" + std::to_string(at),
                                "LD_PRELOAD=" + (build_folder() / "preload/failing_allocation.so").string()});
    INFO("allocation ", at, ": ", o.err);
    // Some can be done without, such as what the library keeps for exceptions.
    CHECK((o.code == 0 || o.code == 3 || o.code == 2 || o.code == 4));
    CHECK((o.code == 0) == o.err.empty());
    failed += o.code != 0;
  }
  CHECK(failed > 300);
}

TEST_CASE("threads that the system does not give are a message and exit 3") {
  const Outcome o =
      run_tool("/bin/sh", {"-c", "ulimit -v 600000; exec \"$TOOL\" \"$FILE\" --threads 200 --quiet"}, {},
               {"TOOL=" + (build_folder() / "graph-runner").string(),
                "FILE=" + (source_folder() / "graphs/xor.yaml").string()});
  INFO(o.err);
  CHECK(o.code == 3);
  CHECK(contains(o.err, " of 200 cannot be started: "));
  CHECK(contains(o.err, "; try fewer (--threads)"));
}
#endif
