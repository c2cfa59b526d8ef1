// Every node type, found by discovery, is put through the same harness: the gradient checker's
// (framework/analysis).
#include <cmath>
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

TEST_CASE("the documented values of the standard nodes") {
  const auto outputs = [](const std::string& yaml,
                          const std::vector<std::pair<std::string, std::vector<double>>>& in) {
    const Graph g = graph(yaml);
    PlanRequest r;
    r.keep = {g.find("y")};
    Machine m(g, r);
    for (const auto& [name, entries] : in) m.set(name, entries);
    walk_forward(m.workspace);
    return m.value("y");
  };
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
