// Every refusal of a graph file or of data has its exit code, its place and its message.
#include "tests/support.hpp"

using namespace graph_runner;
using namespace graph_runner::test;

TEST_CASE("an unknown node type is refused with the nearest name") {
  const TemporaryFolder folder;
  const Outcome o = run_tool(
      "graph-runner",
      {folder.write("bad.yaml", "inputs: {x: [n, 2]}\nnodes:\n  y: {type: Linaer, in: x, units: 3}\n")});
  CHECK(o.code == 2);
  CHECK(o.err.find("bad.yaml:3:13: error: node 'y': unknown node type 'Linaer' (did you mean 'Linear'?)") !=
        std::string::npos);
}
