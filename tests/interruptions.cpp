// SIGINT and SIGTERM: what each tool does with them, whenever they come.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <atomic>
#include <nlohmann/json.hpp>
#include <sstream>

#include "analysis/graph_check.hpp"
#include "analysis/type_check.hpp"
#include "claims/claim_program.hpp"
#include "conformance/plugin_check.hpp"
#include "core/streams.hpp"
#include "tests/support.hpp"

using namespace graph_runner;
using namespace graph_runner::test;
namespace fs = std::filesystem;

namespace {

const char* const network = R"(inputs: {x: [batch, 4], y: [batch, 3]}
nodes:
  a: {type: Linear, in: x, units: 8}
  b: {type: Tanh, in: a}
  c: {type: Linear, in: b, units: 3}
  loss: {type: SquaredLoss, in: [c, y]}
data: {train: {x: [[1, 2, 0, 1], [0, 1, 1, 2]], y: [[1, 0, 0], [0, 1, 0]]}}
train: {minimize: loss, optimizer: {type: SGD, rate: 0.01}, batch: 1, epochs: 3000}
)";

const char* const claims = R"(inputs: {A: [m, n], v: [n]}
nodes: {f: norm2(A*v)^2}
check:
  - df/dA = 2*A*v*v'
  - df/dv = 2*A'*A*v
  - d2f/dv2 = 2*A'*A
  - df/dA[i,j] = 2*v[j]*A[i,:]*v
refuted:
  - df/dA = 2*v*v'*A'
)";

const char* const exam = R"(inputs: {A: [m, n], v: [n]}
nodes: {f: norm2(A*v)^2}
check:
  - df/dA = ?
  - df/dv = ?
)";

const char* const critical = R"(inputs: {x: [2]}
nodes: {f: sin(x1)*cos(x2) + 0.1*x1^2}
critical:
  - {of: f, by: x}
  - {of: f, by: x, kind: saddle}
)";

struct Interrupted {
  std::string tool;
  std::vector<std::string> arguments;
  int ordinary = 0;  // the exit code of a run that ends
};

const std::vector<Interrupted>& commands() {
  static const std::vector<Interrupted> all{
      {"graph-runner", {"network.yaml", "--save", "m", "--set", "train.epochs=20"}},
      {"graph-runner",
       {"network.yaml", "--sweep", "train.optimizer.rate=0.01,0.02,0.03", "--set", "train.epochs=900"}},
      {"graph-runner", {"claims.yaml", "claims.yaml"}},
      {"graph-runner", {"exam.yaml", "--claims", "answers", "--gradebook", "book.csv"}},
      {"graph-runner", {"critical.yaml"}},
      {"graph-runner", {"network.yaml", "--evaluate"}},
      {"graph-runner", {"network.yaml", "--predict", "c=p.npy"}},
      {"graph-runner", {"claims.yaml", "--derive", "f", "--at", "A = [1, 2; 3, 4], v = [1, 2]"}},
      {"graph-runner", {"values.yaml"}},
      {"grad-check", {"network.yaml", "claims.yaml"}},
      {"grad-check", {"--type", "Linear", "--type", "Softmax", "--draws", "40"}},
      {"grad-check", {"--all", "--draws", "1"}},
      {"graph-inspect", {"--check", (build_folder() / "plugins/Tanh.so").string()}}};
  return all;
}

struct Folder : TemporaryFolder {
  Folder() {
    write("network.yaml", network);
    write("claims.yaml", claims);
    write("exam.yaml", exam);
    write("critical.yaml", critical);
    write("values.yaml", "inputs: {x: {shape: [3], value: [1, 2, 3]}}\nnodes: {f: sin(x)}\n");
    for (int i = 0; i < 12; ++i)
      write(fmt::format("answers/s{}.yaml", i), "check:\n  - df/dA = 2*A*v*v'\n  - df/dv = 2*A'*A*v\n");
  }
};

Outcome shell(const Folder& folder, const Interrupted& command, const std::string& script) {
  return run_tool("/bin/sh", {"-c", script}, folder.path(),
                  {"TOOL=" + (build_folder() / command.tool).string()});
}

std::string quoted(const std::vector<std::string>& arguments) {
  std::string text;
  for (const std::string& a : arguments) text += " '" + a + "'";
  return text;
}

// Every line is a whole object; where it was interrupted, the last says so, or, before the command line is
// read, stderr does.
void check_events(const Outcome& o) {
  std::istringstream lines(o.out);
  nlohmann::json last;
  for (std::string line; std::getline(lines, line);) REQUIRE_NOTHROW(last = nlohmann::json::parse(line));
  if (o.code > 128) CHECK((last.is_null() ? o.err == "interrupted\n" : last["event"] == "interrupted"));
}

void check_files(const fs::path& folder) {
  for (const auto& entry : fs::directory_iterator(folder)) CHECK(entry.path().extension() != ".part");
  if (fs::exists(folder / "book.csv")) CHECK(read_file(folder / "book.csv").ends_with("\r\n"));
  if (fs::exists(folder / "p.npy")) CHECK(fs::file_size(folder / "p.npy") == 128 + 2 * 3 * 4);
}

}  // namespace

TEST_CASE("interrupted at any moment, a tool ends with 130 or 143, says so, and leaves no half file") {
  Stream stream(20261128, "interruptions");
  const auto uniform = [&] { return static_cast<double>(stream() >> 11) * 0x1p-53; };
  for (const Interrupted& command : commands()) {
    const Folder folder;
    INFO(command.tool, quoted(command.arguments));
    const Outcome whole = run_tool(command.tool, command.arguments, folder.path());
    CHECK(whole.code == command.ordinary);
    int interruptions = 0;
    for (int k = 0; k < 40; ++k) {
      const bool json = k % 2, terminated = k % 4 > 1;
      const double moment = uniform() * whole.seconds * GRAPH_RUNNER_SLOWNESS;
      const Outcome o = shell(
          folder, command,
          fmt::format("\"$TOOL\"{}{} & child=$!; sleep {:.4f}; kill -{} $child 2>/dev/null; wait $child",
                      quoted(command.arguments), json ? " --json" : "", moment, terminated ? "TERM" : "INT"));
      INFO(k, ": after ", moment, " of ", whole.seconds, " s\n", o.out, o.err);
      CHECK((o.code == command.ordinary || o.code == (terminated ? 143 : 130)));
      // What was still being loaded has no handler yet, and the shell says of one signal what it did.
      if (o.out.empty() && (o.err.empty() || contains(o.err, "Terminated"))) continue;
      interruptions += o.code > 128;
      if (json)
        check_events(o);
      else if (o.code > 128)
        CHECK(contains(o.err, "interrupted"));
      check_files(folder.path());
    }
    MESSAGE(command.tool, quoted(command.arguments), ": ", interruptions, " of 40 interrupted");
  }
}

TEST_CASE("a second signal ends a tool at once") {
  const Folder folder;
  folder.write("slow.yaml",
               "parameters: {p: {shape: [2000, 2000], init: he}}\nnodes: {a: p*p*p*p*p*p*p*p, f: sum(a)}\n"
               "train: {minimize: f, optimizer: {type: SGD, rate: 1e-9}, epochs: 1000000}\n");
  const Outcome o = shell(
      folder, commands()[0],
      "\"$TOOL\" slow.yaml --quiet & child=$!; sleep 0.5; kill -INT $child; kill -TERM $child; wait $child");
  CHECK((o.code == 143 || o.code == 130));
}

TEST_CASE("what is not finished is not judged: no claim holds, no gradient is ok, no plugin passes") {
  const std::atomic<bool> asked = true;
  const GraphFile file = read_graph_text(claims, "c.yaml", registry());
  const BuiltGraph built = build_file(file, registry());
  const std::vector<ClaimSpec> specs = make_claims(file.claims, built.graph, file.rows, registry());
  for (const ClaimResult& r : check_claims(built.graph, specs, 1, asked)) {
    CHECK(r.verdict == ClaimResult::unjudged);
    CHECK_FALSE(r.ok(specs[0]));
    CHECK_FALSE(r.ok(specs.back()));
  }
  const GraphFile points = read_graph_text(critical, "p.yaml", registry());
  const BuiltGraph there = build_file(points, registry());
  const CriticalResult found = find_critical(there.graph, there.critical[0], asked);
  CHECK(found.stopped);
  CHECK_FALSE(found.holds);
  CHECK(found.verdict == "stopped after 0 of 16 starts");
  GraphCheckRequest request;
  request.stop = asked;
  const GraphCheck checked = check_graph(built.graph, request);
  CHECK(checked.stopped);
  CHECK_FALSE(checked.ok());
  TypeCheckRequest of_type;
  of_type.stop = asked;
  CHECK(check_type(registry().get("Tanh"), registry(), of_type).stopped);
  const PluginReport report = check_plugin(build_folder() / "plugins/Tanh.so", 1, asked);
  CHECK(report.stopped);
  CHECK(report.checks.empty());
  CHECK_FALSE(report.ok());
}
