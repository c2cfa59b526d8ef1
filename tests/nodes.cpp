// Every node type, found by discovery, is put through the same harness: the gradient checker's
// (framework/analysis).
#include <fmt/format.h>

#include <cmath>
#include <cstdio>
#include <sstream>

#include "analysis/type_check.hpp"
#include "tests/support.hpp"

using namespace graph_runner;
using namespace graph_runner::test;

TEST_CASE(
    "every node type found is right: its gradients, its float kernels and the plugin contract, 1,000 times") {
  int checked = 0;
  for (const std::string& name : registry().names()) {
    const NodeType& type = registry().get(name);
    // Fault fails where its attribute says so.
    if (name == "Fault") continue;
    TypeCheckRequest request;
    request.draws = 1000;
    const NodeCheck check = check_type(type, registry(), request);
    INFO("node type ", name);
    for (const Finding& f : check.findings) FAIL_CHECK(f.check, ": ", f.message, " (", f.diagnosis, ")");
    CHECK(check.points == 1000);
    CHECK(check.measures[exact_measure].worst < 1e-12);
    CHECK((check.entries > 0) == type.differentiable());
    checked += type.differentiable();
  }
  CHECK(checked >= 50);
}

TEST_CASE("a node's file includes nothing but the SDK, names its source, and stays under 60 lines") {
  std::vector<std::filesystem::path> files;
  for (const char* folder : {"nodes", "tests/examples"})
    for (const auto& entry : std::filesystem::directory_iterator(source_folder() / folder))
      if (entry.path().extension() == ".cpp") files.push_back(entry.path());
  for (const auto& file : files) {
    INFO(file.string());
    std::istringstream lines(read_file(file));
    int count = 0, includes = 0;
    bool source = false;
    for (std::string line; std::getline(lines, line); ++count) {
      source = source || line.rfind("// Source: ", 0) == 0;
      if (line.rfind("#include", 0) != 0) continue;
      ++includes;
      CHECK(line == "#include <graph_runner/node.hpp>");
    }
    CHECK(includes == 1);
    CHECK(source);
    CHECK(count < 60);
  }
}

namespace {

// The value of 'y' for entries of the inputs.
std::vector<double> outputs(const std::string& yaml,
                            const std::vector<std::pair<std::string, std::vector<double>>>& in) {
  const Graph g = graph(yaml);
  PlanRequest r;
  r.keep = {g.find("y")};
  Machine m(g, r);
  for (const auto& [name, entries] : in) m.set(name, entries);
  walk_forward(m.workspace);
  return m.value("y");
}

}  // namespace

TEST_CASE("the documented values of the standard nodes") {
  using E = std::vector<double>;
  const auto close = [](const E& a, const E& b) {
    REQUIRE(a.size() == b.size());
    for (std::size_t i = 0; i < a.size(); ++i) CHECK(a[i] == doctest::Approx(b[i]).epsilon(1e-14));
  };
  const double e = std::exp(1);
  CHECK(outputs("inputs: {x: [3]}\nnodes: {y: {type: ReLU, in: x}}", {{"x", {-1, 0, 2}}}) == E{0, 0, 2});
  CHECK(std::isnan(outputs("inputs: {x: [1]}\nnodes: {y: {type: ReLU, in: x}}", {{"x", {NAN}}})[0]));
  close(outputs("inputs: {x: [4]}\nnodes: {y: {type: Sigmoid, in: x}}", {{"x", {0, 1, -1, -800}}}),
        {0.5, e / (1 + e), 1 / (1 + e), 0});
  close(outputs("inputs: {x: [2]}\nnodes: {y: {type: Softmax, in: x}}", {{"x", {1000, 1001}}}),
        {1 / (1 + e), e / (1 + e)});
  close(outputs("inputs: {x: [2, 2], t: [2, 2]}\nnodes: {y: {type: CrossEntropy, in: [x, t]}}",
                {{"x", {0, 1000, 5, 5}}, {"t", {1, 0, 0.5, 0.5}}}),
        {1000, std::log(2)});
  CHECK(outputs("inputs: {x: [2, 2], t: [2, 2]}\nnodes: {y: {type: SquaredLoss, in: [x, t]}}",
                {{"x", {1, 2, 3, 4}}, {"t", {0, 0, 3, 5}}}) == E{5, 1});
  CHECK(outputs("inputs: {x: [3, 2], t: [3, 2]}\nnodes: {y: {type: Accuracy, in: [x, t]}}",
                {{"x", {1, 2, 3, 1, 4, 4}}, {"t", {0, 1, 0, 1, 1, 0}}}) == E{1, 0, 1});
  CHECK(outputs("inputs: {a: [2, 1], b: [2, 2]}\nnodes: {y: {type: Concat, in: [a, b, a]}}",
                {{"a", {1, 2}}, {"b", {3, 4, 5, 6}}}) == E{1, 3, 4, 1, 2, 5, 6, 2});
  CHECK(outputs("inputs: {a: [2, 2], b: [2, 1]}\nnodes: {y: {type: MatMul, in: [a, b]}}",
                {{"a", {1, 2, 3, 4}}, {"b", {5, 6}}}) == E{17, 39});
  CHECK(outputs("inputs: {a: [2], b: [2]}\nnodes: {y: {type: Add, in: [a, b]}}",
                {{"a", {1, 2}}, {"b", {5, 6}}}) == E{6, 8});
  close(outputs("inputs: {x: [2]}\nnodes: {y: {type: Tanh, in: x}}", {{"x", {0, 1}}}), {0, std::tanh(1)});
  CHECK(outputs("inputs: {x: [3]}\nnodes: {y: {type: LeakyReLU, in: x, slope: 1/4}}", {{"x", {-8, 0, 2}}}) ==
        E{-2, 0, 2});
  close(outputs("inputs: {x: [4]}\nnodes: {y: {type: ELU, in: x, alpha: 2}}", {{"x", {-1, -1e-9, 0, 3}}}),
        {2 / e - 2, -2e-9 + 1e-18, 0, 3});
  close(outputs("inputs: {x: [4]}\nnodes: {y: {type: SiLU, in: x}}", {{"x", {0, 1, -1, 800}}}),
        {0, e / (1 + e), -1 / (1 + e), 800});
  close(outputs("inputs: {x: [2]}\nnodes: {y: {type: LogSoftmax, in: x}}", {{"x", {1000, 0}}}), {0, -1000});
  CHECK(outputs("inputs: {x: [2, 2], t: [2, 2]}\nnodes: {y: {type: HuberLoss, in: [x, t], delta: 2}}",
                {{"x", {1, 2, 3, 4}}, {"t", {0, 7, 3, 4}}}) == E{8.5, 0});
  close(outputs("inputs: {x: [3, 1], t: [3, 1]}\nnodes: {y: {type: BinaryCrossEntropy, in: [x, t]}}",
                {{"x", {0, 1000, 1000}}, {"t", {0.5, 1, 0}}}),
        {std::log(2), 0, 1000});
  close(outputs("inputs: {x: [2, 2]}\nnodes: {y: {type: LayerNorm, in: x, epsilon: 9}}",
                {{"x", {1, 9, 5, 5}}, {"y.scale", {1, 2}}, {"y.shift", {10, 20}}}),
        {9.2, 21.6, 10, 20});
  close(outputs("inputs: {x: [2, 2]}\nnodes: {y: {type: RMSNorm, in: x, epsilon: 4}}",
                {{"x", {4, -8, 0, 0}}, {"y.scale", {11, 22}}}),
        {44 / std::sqrt(44), -176 / std::sqrt(44), 0, 0});
  CHECK(outputs("inputs: {i: [3]}\nnodes: {y: {type: Embedding, in: i, count: 2, units: 2}}",
                {{"i", {1, 0, 1}}, {"y.W", {1, 2, 3, 4}}}) == E{3, 4, 1, 2, 3, 4});
  CHECK(outputs("inputs: {x: [3, 2], i: [2]}\nnodes: {y: {type: Gather, in: [x, i]}}",
                {{"x", {1, 2, 3, 4, 5, 6}}, {"i", {2, 0}}}) == E{5, 6, 1, 2});
}

TEST_CASE("the documented values of nodes that work along some axes, or put them in another order") {
  using E = std::vector<double>;
  // x_ijk = i j k in decimal digits.
  const E x{111, 112, 121, 122, 211, 212, 221, 222};
  const std::pair<const char*, E> rows[] = {
      {"Sum", {1332}},
      {"Sum, axes: [1]", {322, 324, 342, 344}},
      {"Sum, axes: [2]", {232, 234, 432, 434}},
      {"Sum, axes: [3]", {223, 243, 423, 443}},
      {"Sum, axes: [3, 1]", {646, 686}},
      {"Mean, axes: [2, 3]", {116.5, 216.5}},
      {"Largest, axes: [1, 2]", {221, 222}},
      {"Smallest, axes: [3]", {111, 121, 211, 221}},
      {"Transpose", {111, 121, 112, 122, 211, 221, 212, 222}},
      {"Transpose, axes: [3, 1, 2]", {111, 121, 211, 221, 112, 122, 212, 222}},
      {"Pad, before: [0, 1, 0], value: 7", {7, 7, 111, 112, 121, 122, 7, 7, 211, 212, 221, 222}},
  };
  for (const auto& [node, expected] : rows) {
    INFO(node);
    CHECK(outputs(fmt::format("inputs: {{x: [2, 2, 2]}}\nnodes: {{y: {{type: {}, in: x}}}}", node),
                  {{"x", x}}) == expected);
  }
  const E log_sums = outputs("inputs: {x: [2, 2]}\nnodes: {y: {type: Logsumexp, axes: [1], in: x}}",
                             {{"x", {0, 1000, 0, 1000}}});
  CHECK(log_sums[1] == doctest::Approx(1000 + std::log(2)).epsilon(1e-14));
  CHECK(outputs("inputs: {a: [2, 1, 2], b: [2, 2, 1]}\nnodes: {y: {type: BatchMatMul, in: [a, b]}}",
                {{"a", {1, 2, 3, 4}}, {"b", {5, 6, 7, 8}}}) == E{17, 53});
}

TEST_CASE("attention gives each query the mean of the values that its keys let it see, head by head") {
  using E = std::vector<double>;
  const auto attention = [](const std::string& more, const E& queries) {
    return outputs("inputs: {q: [2, 2], v: [2, 2]}\nnodes: {y: {type: Attention, in: [q, q, v]" + more + "}}",
                   {{"q", queries}, {"v", {1, 2, 3, 6}}});
  };
  CHECK(attention("", {0, 0, 0, 0}) == E{2, 4, 2, 4});
  CHECK(attention(", causal: true", {0, 0, 0, 0}) == E{1, 2, 2, 4});
  // The second query of the first head weighs by exp(1 · 0) and exp(1 · 1); those of the second by exp(0).
  const E two = attention(", heads: 2", {0, 0, 1, 0});
  const double e = std::exp(1);
  CHECK(two[2] == doctest::Approx((1 + 3 * e) / (1 + e)).epsilon(1e-14));
  CHECK(two[3] == 4);
}

TEST_CASE("gradients along chosen axes are right, whichever they are") {
  std::string nodes;
  for (const char* axes : {"1", "2", "3", "1, 2", "1, 3", "2, 3", "1, 2, 3"})
    for (const char* type : {"Sum", "Mean", "Largest", "Smallest", "Logsumexp"})
      nodes += fmt::format("  n{}: {{type: {}, in: x, axes: [{}]}}\n", nodes.size(), type, axes);
  for (const char* axes : {"1, 3, 2", "2, 1, 3", "2, 3, 1", "3, 1, 2", "3, 2, 1"})
    nodes += fmt::format("  n{}: {{type: Transpose, in: x, axes: [{}]}}\n", nodes.size(), axes);
  const TemporaryFolder folder;
  const Outcome o =
      run_tool("grad-check", {folder.write("axes.yaml", "inputs: {x: [2, 3, 4]}\nnodes:\n" + nodes)});
  INFO(o.out, o.err);
  CHECK(o.code == 0);
  CHECK(contains(o.out, "ok: 0 parameters and 1 input checked"));
}

TEST_CASE("axes that are not there, or stand twice, are refused where they stand") {
  const std::pair<const char*, const char*> wrong[] = {
      {"type: Sum, axes: [3]", "there is no axis 3"},
      {"type: Mean, axes: [1, 1]", "axis 1 stands twice"},
      {"type: Transpose, axes: [1]", "the axes 1 to 2 should stand there, each once"},
      {"type: Transpose, axes: [2, 2]", "the axes 1 to 2 should stand there, each once"},
      {"type: Pad, before: [1]", "1 numbers for 2 axes"},
  };
  for (const auto& [node, message] : wrong)
    CHECK_THROWS_WITH_AS(graph(fmt::format("inputs: {{x: [2, 3]}}\nnodes: {{y: {{{}, in: x}}}}", node)),
                         doctest::Contains(message), Error);
  CHECK_THROWS_WITH_AS(graph("inputs: {x: [2, 3]}\nnodes: {y: {type: Attention, in: [x, x, x], heads: 2}}"),
                       doctest::Contains("2 heads for a size of 3"), Error);
}

TEST_CASE("node types compute and derive what PyTorch's functions do, where it is installed") {
  const auto lines = beside_torch("tests/nodes_torch.py");
  if (!lines) return;
  for (const std::string& line : *lines) {
    INFO(line);
    double off = 1;
    REQUIRE(std::sscanf(line.c_str() + line.find(": "), ": 50 nodes, off by %lf", &off) == 1);
    CHECK(off < (contains(line, "in training") ? 1e-5 : 1e-9));  // steps are in float
  }
  CHECK(lines->size() == 37);
}

TEST_CASE("sums over very many floats keep their digits") {
  constexpr std::int64_t n = 20'000'000;
  const Graph g = graph(R"(inputs: {x: [n], y: [n]}
nodes:
  sum: {type: Sum, in: x}
  mean: {type: Mean, in: x}
  norm1: {type: Norm1, in: x}
  norm2: {type: Norm2, in: x}
  squares: {type: SquaredNorm, in: x}
  dot: {type: Dot, in: [x, y]}
  loss: {type: SquaredLoss, in: [x, y]}
)");
  const double a = 0.1f, b = -0.3f;
  const std::pair<const char*, double> sums[] = {{"sum", a * n},
                                                 {"mean", a},
                                                 {"norm1", a * n},
                                                 {"norm2", a * std::sqrt(double(n))},
                                                 {"squares", a * a * n},
                                                 {"dot", a * b * n},
                                                 {"loss", (a - b) * (a - b) * n}};
  PlanRequest r;
  r.scalar = ScalarType::float32;
  r.sizes = {{"n", n}};
  for (const auto& [name, sum] : sums) r.keep.push_back(g.find(name));
  Machine m(g, r);
  fill(m.workspace.value(g.find("x")), a);
  fill(m.workspace.value(g.find("y")), b);
  walk_forward(m.workspace);
  for (const auto& [name, sum] : sums) {
    INFO(name);
    CHECK(std::abs(m.value(name)[0] / sum - 1) < 1e-6);
  }
}
