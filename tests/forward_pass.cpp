// The values of a graph file, computed without a tool.
#include "file/forward_pass.hpp"

#include "tests/support.hpp"

using namespace graph_runner;
using namespace graph_runner::test;

namespace {

struct Computed {
  explicit Computed(const std::string& yaml, std::uint64_t seed = 1)
      : file(read_graph_text(yaml, "test.yaml", registry())),
        graph(build_graph(file, registry())),
        pass(file, graph),
        results(pass.run(seed)) {}

  GraphFile file;
  Graph graph;
  ForwardPass pass;
  std::vector<NamedTensor> results;
};

std::string error_of_pass(const std::string& yaml) {
  try {
    Computed computed(yaml);
  } catch (const Error& e) {
    return e.what();
  }
  return "";
}

}  // namespace

TEST_CASE("a program computes the outputs of a graph file for all samples of data.train") {
  const Computed c(R"(
inputs: {x: [n, 2]}
nodes: {y: {type: Multiply, in: [x, x]}}
data: {train: {x: [[1, 2], [3, -4]]}}
)");
  REQUIRE(c.results.size() == 1);
  CHECK(c.results[0].name == "y");
  CHECK(*c.results[0].tensor.shape == Shape{2, 2});
  CHECK(Machine::entries(c.results[0].tensor) == std::vector<double>{1, 4, 9, 16});
  CHECK(c.pass.warnings().empty());
}

TEST_CASE("the seed of a forward pass draws the parameters") {
  const std::string yaml = R"(
inputs: {x: {shape: [1, 2], value: [[1, 2]]}}
nodes: {y: {type: Linear, in: x, units: 3}}
)";
  const auto values = [&](std::uint64_t seed) {
    return Machine::entries(Computed(yaml, seed).results[0].tensor);
  };
  CHECK(values(1) == values(1));
  CHECK(values(1) != values(2));
}

TEST_CASE("a forward pass warns of data outside a domain, and says where a value that is not finite began") {
  const std::string yaml = R"(
inputs: {x: [n]}
nodes: {y: log(x), z: 2*y}
data: {train: {x: [1, -1]}}
)";
  const GraphFile file = read_graph_text(yaml, "test.yaml", registry());
  const Graph graph = build_graph(file, registry());
  ForwardPass pass(file, graph);
  CHECK(pass.warnings().size() == 1);
  const std::string error = error_of_pass(yaml);
  CHECK(contains(error, "the value of 'z' is not finite; it began with "));
  CHECK(contains(error, "'y'"));
}

TEST_CASE("a forward pass without data asks for values of the inputs") {
  CHECK(contains(error_of_pass("inputs: {x: [2]}\nnodes: {y: 2*x}"), "'value:' for its input 'x'"));
}
