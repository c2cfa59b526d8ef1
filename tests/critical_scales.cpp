// Critical points of functions of all scales: what must be said of each, whatever the seed.
#include "analysis/critical.hpp"
#include "tests/support.hpp"

using namespace graph_runner;
using namespace graph_runner::test;

namespace {

struct Case {
  std::string formula, options, inputs;
  bool holds;
  std::string said;  // part of the verdict
};

void check(const std::vector<Case>& cases) {
  for (const Case& c : cases) {
    INFO("f: ", c.formula, ", ", c.options);
    const GraphFile file = read_graph_text(
        fmt::format("inputs: {{x: {}}}\nnodes:\n  f: {}\ncritical: [{{of: f, by: x{}{}}}]\n",
                    c.inputs.empty() ? "[2]" : c.inputs, c.formula, c.options.empty() ? "" : ", ", c.options),
        "test.yaml", registry());
    const BuiltGraph built = build_file(file, registry());
    CriticalRequest request = built.critical.at(0);
    for (request.seed = 1; request.seed <= 20; ++request.seed) {
      const CriticalResult r = find_critical(built.graph, request);
      INFO("seed ", request.seed, ": ", r.verdict);
      CHECK(r.holds == c.holds);
      CHECK(contains(r.verdict, c.said));
    }
  }
}

const std::string not_proven = "which does not prove that there is none";

}  // namespace

TEST_CASE("a function that is almost constant, or almost zero, has the points of its shape") {
  check({
      {"x1 + 1e-14*x1^2", "kind: none", "", false, "expected none, found inconclusive at [-5e+13"},
      {"x1 + 1e-14*x1^2", "kind: none", "[1]", false, "expected none, found a minimum at [-5e+13]"},
      {"x1 + 1e-14*x1^2 + x2^2", "kind: minimum", "", true, "a minimum at [-5e+13, 0]"},
      {"1e-200*(x1^2 + x2^2)", "kind: minimum", "", true, "a minimum at [0, 0]"},
      {"1e-200*(x1^2 + x2^2)", "point: [1, 1]", "", false, "found a minimum at [0, 0]"},
      {"1e-310*(x1^2 + x2^2)", "point: [0, 0], kind: minimum", "", true, "a minimum at [0, 0]"},
      {"1e200*(x1^2 + x2^2)", "point: [0, 0], kind: minimum", "", true, "a minimum at [0, 0]"},
      {"(x1 - 1e150)^2 + x2^2", "", "", true, "a minimum at [1e+150, 0]"},
      {"(x1 - 1e150)^2 + x2^2", "kind: none", "", false, "found a minimum at [1e+150, 0]"},
      {"(x1 - 1e8)^2 + (x2 + 1e8)^2", "kind: minimum", "", true, "a minimum at [1e+08, -1e+08]"},
      {"(x1 - 1e6)*(x2 + 1e6)", "kind: saddle", "", true, "a saddle at [1e+06, -1e+06]"},
      {"1e-30*x1*x2", "kind: saddle", "", true, "a saddle at [0, 0]"},
      {"1e8*x1^2 + 1e-8*x2^2", "kind: minimum", "", true, "a minimum at [0, 0]"},
      {"x1^2 + 1e-20*x2^2", "kind: minimum", "", true, "a minimum at [0, 0]"},
      {"x1^2 - 1e-20*x2^2", "kind: saddle", "", true, "a saddle at [0, 0]"},
      {"(x1 + 1e6)^2 + 1e-12*(x2 - 1e6)^2", "point: [-1e6, 1e6], kind: minimum", "", true, "a minimum at"},
      {"1e5*(x2 - x1^2)^2 + (1 - x1)^2", "point: [1, 1], kind: minimum", "", true, "a minimum at [1, 1]"},
      {"exp(x1 - 50) - x1 + x2^2", "kind: minimum", "", true, "a minimum at [50, 0]"},
  });
}

TEST_CASE("points that lie close together are told apart") {
  const std::string well = "((1e8*x1)^2 - 1)^2 + x2^2";
  check({
      {well, "point: [0, 0], kind: saddle", "", true, "a saddle at [0, 0]"},
      {well, "point: [0, 0], kind: minimum", "", false, "found a saddle at [0, 0]"},
      {well, "point: [1e-8, 0], kind: minimum", "", true, "a minimum at [1e-08, 0]"},
      {well, "point: [1e-8, 0], kind: saddle", "", false, "found a minimum at [1e-08, 0]"},
      {"sin(1e9*x1) + x2^2", "near: [1e-9, 0]", "", true, "a saddle at [1.5708e-09, 0]"},
      {"sin(1e15*x1) + x2^2", "near: [1.5, 0]", "", true, "a point whose kind cannot be told at [1.5, 0]"},
      {"sin(1e15*x1) + x2^2", "near: [1.5, 0], kind: saddle", "", false, "cannot be told"},
  });
}

TEST_CASE("nothing is found where nothing is") {
  check({
      {"exp(x1) + exp(x2)", "kind: none", "", false, not_proven},
      {"exp(x1) + exp(x2)", "", "", false, not_proven},
      {"exp(-x1) + 0*x2", "", "", false, not_proven},
      {"exp(-exp(x1)) + x2^2", "", "", false, not_proven},
      {"x1 + exp(x1) + x2", "", "", false, not_proven},
      {"tanh(x1) + tanh(x2)", "", "", false, not_proven},
      {"tanh(x1 + x2)", "near: [20, 20]", "", false, "the gradient is 0 as far as doubles can tell"},
      {"sigmoid(x1) + x2^2", "", "", false, not_proven},
      {"sigmoid(x1) + x2^2", "near: [40, 1]", "", false, "the gradient is 0 as far as doubles can tell"},
      {"softplus(x1) + softplus(x2)", "", "", false, not_proven},
      {"exp(-x1^2 - x2^2)", "near: [30, 0]", "", false, "the gradient is 0 as far as doubles can tell"},
      {"log(x1) + log(x2)", "", "{shape: [2], from: 0.1, to: 3}", false, not_proven},
      {"1e-20*x1 + sin(x2)", "", "", false, not_proven},
      {"1e-14*x1 + x2^2", "", "", false, not_proven},
      {"x1^3 + x1 + x2^2", "", "", false, not_proven},
      {"x1^3 + 1e-12*x1 + x2^2", "", "", false, not_proven},
      {"x1^3 + 1e-18*x1 + x2^2", "", "", false, not_proven},
      {"exp(x1 - 1e6) - x1 + x2", "kind: none", "", false, not_proven},
      {"x1 + 1e-300*x1^2 + x2", "kind: none", "", false, not_proven},
  });
}

TEST_CASE("none holds where the gradient is one constant, near and far, as far as doubles tell") {
  check({
      {"3*x1 - 2*x2", "kind: none", "", true, "there is none: the gradient is the constant [3, -2]"},
      {"1e-14*x1 + x2", "kind: none", "", true, "the constant [1e-14, 1]"},
      {"1e200*x1 + x2", "kind: none", "", true, "the constant [1e+200, 1]"},
      {"1e-250*(x1 - x2)", "kind: none", "", true, "the constant [1e-250, -1e-250]"},
      {"sum((x + 1).^2) - norm2(x)^2", "kind: none", "", true,
       "beyond which roundings hide it: the gradient"},
      {"relu(x1 + 20) + x2", "kind: none", "", false, not_proven},
      {"x1 + x2 + relu(x2 - 1e7)", "kind: none", "", false, not_proven},
      {"x1 + x2 + abs(x1 - 1e20)", "kind: none", "", false, not_proven},
      {"log(exp(x1)) + x2", "kind: none", "", false, not_proven},
      {"x1 + x2", "kind: none", "{shape: [2], from: 0.1, to: 3}", true, "the constant [1, 1]"},
  });
}

TEST_CASE("points of a singular Hessian are found, and their kind is not guessed") {
  check({
      {"x1^4 + x2^4", "kind: inconclusive", "", true, "inconclusive at [0, 0]"},
      {"x1^10 + x2^2", "point: [0, 0], kind: inconclusive", "", true, "inconclusive at [0, 0]"},
      {"x1^3 - 3*x1*x2^2", "kind: inconclusive", "", true, "inconclusive at [0, 0]"},
      {"1e-100*(x1^3 - 3*x1*x2^2)", "kind: inconclusive", "", true, "inconclusive at [0, 0]"},
      {"(x1 - 1)^4 + (x2 + 2)^2", "point: [1, -2], kind: inconclusive", "", true, "inconclusive at [1, -2]"},
      {"(x1 + x2 - 1)^2", "near: [0, 0]", "", true, "inconclusive at [0.5, 0.5]"},
      {"sin(x1) - x1 + x2^2", "point: [0, 0], kind: inconclusive", "", true, "inconclusive"},
      {"sin(x1) - x1 + x2^2", "kind: maximum", "", false, "expected a maximum"},
      {"sin(x1) - x1 + x2^2", "kind: minimum", "", false, "expected a minimum"},
      {"sin(x1) - x1 + x2^2", "kind: saddle", "", false, "expected a saddle"},
      {"x1^2*x2^2", "near: [1, 1]", "", true, "inconclusive"},
      {"0*x1 + 7", "near: [1, 1], point: [3, 4]", "", true, "inconclusive at [3, 4]"},
  });
}

TEST_CASE("a bend is no critical point, and the second derivatives beside one tell no kind") {
  check({
      {"abs(x1) + abs(x2)", "point: [0, 0]", "", false, not_proven},
      {"abs(x1) + x2^2", "point: [0, 0], kind: minimum", "", false, not_proven},
      {"abs(x1) + x2^2", "near: [0, 0]", "", false, "where the gradient jumps"},
      {"relu(x1)^2 + x2^2", "point: [0, 0]", "", true, "a point whose kind cannot be told at [0, 0]"},
      {"relu(x1)^2 + x2^2", "near: [0, 0], kind: inconclusive", "", false, "cannot be told"},
  });
}

TEST_CASE("what lies outside the range of x does not count") {
  const std::string range = "{shape: [2], from: 1, to: 2}", edge = "{shape: [2], from: 0, to: 2}";
  check({
      {"x1^2 + x2^2", "", range, false, "at [0, 0], which does not count: the input declares numbers from 1"},
      {"x1^2 + x2^2", "kind: none", range, false, not_proven},
      {"x1^2 + x2^2", "point: [0, 0]", range, false, "which does not count"},
      {"x1^2 + x2^2", "point: [0, 0], kind: minimum", edge, true, "a minimum at [0, 0]"},
      {"x1 - log(x1) + x2 - log(x2)", "near: [2, 3], point: [1, 1], kind: minimum", "", true, "a minimum"},
      {"x2^2 - log(x1) - log(1 - x1)", "near: [0.3, 1], point: [0.5, 0], kind: minimum", "", true, "minimum"},
  });
}

TEST_CASE("ordinary points of ordinary functions") {
  check({
      {"exp(-x1^2 - x2^2)", "kind: maximum", "", true, "a maximum at [0, 0]"},
      {"1/(1 + x1^2 + x2^2)", "near: [0.1, 0.2], kind: maximum", "", true, "a maximum at [0, 0]"},
      {"exp(x1) - x1 + x2^2", "kind: minimum", "", true, "a minimum at [0, 0]"},
      {"gelu(x1) + x2^2", "kind: minimum", "", true, "a minimum at [-0.751792, 0]"},
      {"cos(x1)*cos(x2)", "point: [0, 0], kind: maximum", "", true, "a maximum at [0, 0]"},
      {"x1/(1 + x1^2) + x2^2", "point: [-1, 0], kind: minimum", "", true, "a minimum at [-1, 0]"},
      {"x1/(1 + x1^2) + x2^2", "point: [1, 0], kind: saddle", "", true, "a saddle at [1, 0]"},
      {"log(1 + exp(x1)) - x1/2 + x2^2", "kind: minimum", "", true, "a minimum at [0, 0]"},
  });
}
