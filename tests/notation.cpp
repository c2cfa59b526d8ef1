// What people write is taken, with the right value, or refused with a hint that is taken where it is put.
// Each table is one of spellings.
#include <cmath>
#include <sstream>

#include "claims/claim_program.hpp"
#include "tests/markdown.hpp"
#include "tests/support.hpp"

using namespace graph_runner;
using namespace graph_runner::test;

namespace {

using Values = std::vector<std::pair<std::string, std::vector<double>>>;

const std::string inputs =
    "inputs: {t: [], s: [], x: [n], y: [n], u: [m], v: [k], A: [m, n], C: [m, n], S: [n, n], P: [n, n], b: "
    "[n], "
    "c: [m]}\n";
const Values given = {{"t", {0.5}},
                      {"s", {-2}},
                      {"x", {1, 2, 4}},
                      {"y", {3, -1, 0.5}},
                      {"u", {2, -3}},
                      {"v", {5, 1, 4, 2}},
                      {"A", {1, 2, 3, 4, 5, 6}},
                      {"C", {2, 0, -1, 1, 3, 0.5}},
                      {"S", {2, 1, 0, 1, 3, 1, 0, 1, 4}},
                      {"P", {1, 0, 2, -1, 1, 0, 3, 1, 1}},
                      {"b", {10, 20, 30}},
                      {"c", {7, 8}}};

std::string quoted(const std::string& formula) {
  std::string out = "'";
  for (const char c : formula) out += c == '\'' ? "''" : std::string(1, c);
  return out + "'";
}
std::string file_of(const std::string& formula, const std::string& more = "") {
  return inputs + "nodes:\n" + more + "  f: " + quoted(formula) + "\n";
}

struct Computed {
  Shape shape;
  std::vector<double> entries;
};
Computed value_of(const std::string& yaml) {
  const Graph g = graph(yaml);
  PlanRequest r;
  r.sizes = {{"n", 3}, {"m", 2}, {"k", 4}};
  r.keep = {g.find("f")};
  Machine machine(g, r);
  for (const auto& [name, entries] : given)
    if (g.has(name) && machine.workspace.value(g.find(name)).data) machine.set(name, entries);
  walk_forward(machine.workspace);
  return {*machine.workspace.value(g.find("f")).shape, machine.value("f")};
}

void check_equal(const Computed& found, const Computed& expected) {
  CHECK(found.shape == expected.shape);
  REQUIRE(found.entries.size() == expected.entries.size());
  for (std::size_t i = 0; i < found.entries.size(); ++i)
    CHECK(std::abs(found.entries[i] - expected.entries[i]) <= 1e-14 * (1 + std::abs(expected.entries[i])));
}

struct Row {
  std::string written, meant;
};

void check_same(const std::vector<Row>& table, const std::string& more = "") {
  for (const Row& row : table) {
    INFO(row.written, " means ", row.meant);
    const std::string error = error_of(file_of(row.written, more));
    CHECK(error == "");
    if (error.empty()) check_equal(value_of(file_of(row.written, more)), value_of(file_of(row.meant, more)));
  }
}

// A formula that is refused with a hint, and the formula with the hint in its place, which is taken.
struct Refused {
  std::string written, hint, put;
};
void check_refused(const std::vector<Refused>& table, const std::string& more = "") {
  for (const Refused& row : table) {
    const std::string error = error_of(file_of(row.written, more));
    INFO(row.written, ": ", error);
    CHECK(contains(error, row.hint));
    CHECK(contains(row.put, row.hint));
    CHECK_FALSE(contains(error, "did you mean"));
    CHECK(error_of(file_of(row.put, more)) == "");
  }
}

const std::string graph_of_claims =
    "inputs: {A: [m, n], x: [n], y: [n], z: [n], t: []}\n"
    "nodes:\n  u: A*x\n  f: norm2(u)^2\n  g: sum(x.^3)\n  h: sin(t)\n  k: \"y'*z\"\n  q: exp(x)\n";

// What is said of a claim.
ClaimResult judged(const std::string& claim, const std::string& graph = graph_of_claims) {
  const GraphFile file = read_graph_text(graph + "check: [" + quoted(claim) + "]\n", "test.yaml", registry());
  const Graph g = build_graph(file, registry());
  const auto claims = make_claims(file.claims, g, file.rows, registry());
  return check_claims(g, claims, 1)[0];
}
std::string said(const ClaimResult& r) {
  std::string text = r.diagnosis;
  for (const Problem& p : r.problems) text += p.message;
  return text;
}
void check_hold(const std::vector<std::string>& claims, const std::string& graph = graph_of_claims) {
  for (const std::string& claim : claims) {
    const ClaimResult r = judged(claim, graph);
    CHECK_MESSAGE(r.verdict == ClaimResult::holds, claim, ": ", r.where, " ", said(r));
  }
}
void check_claims_refused(const std::vector<Refused>& table, const std::string& graph = graph_of_claims) {
  for (const Refused& row : table) {
    const ClaimResult r = judged(row.written, graph);
    INFO(row.written, ": ", said(r));
    CHECK(r.verdict == ClaimResult::error);
    CHECK(contains(said(r), row.hint));
    CHECK(contains(row.put, row.hint));
    const ClaimResult put = judged(row.put, graph);
    CHECK_MESSAGE(put.verdict == ClaimResult::holds, row.put, ": ", put.where, " ", said(put));
  }
}

}  // namespace

const std::vector<Row> entries_and_powers = {
    {"x1", "x[1]"},
    {"x_1", "x[1]"},
    {"x₁", "x[1]"},
    {"x_{1}", "x[1]"},
    {"x_{3}", "x[3]"},
    {"x_{1+1}", "x[2]"},
    {"A_{2,1}", "A[2,1]"},
    {"A_{1,:}", "A[1,:]"},
    {"x^T*y", "x'*y"},
    {"x^{T}*y", "x'*y"},
    {"x^⊤*y", "x'*y"},
    {"xᵀ*y", "x'*y"},
    {"x⊤*y", "x'*y"},
    {"x.T*y", "x'*y"},
    {"transpose(x)*y", "x'*y"},
    {"A^T", "A'"},
    {"A.T", "A'"},
    {"A⊤", "A'"},
    {"Aᵀ", "A'"},
    {"transpose(A)", "A'"},
    {"(A*S).T", "(A*S)'"},
    {"(A*S)^T", "S'*A'"},
    {"A^T*A", "A'*A"},
    {"A.T*A*x", "A'*A*x"},
    {"x^T*S*x", "x'*S*x"},
    {"S^-1", "inv(S)"},
    {"S^(-1)", "inv(S)"},
    {"S^{-1}", "inv(S)"},
    {"S⁻¹", "inv(S)"},
    {"inverse(S)", "inv(S)"},
    {"S⁻¹*x", "inv(S)*x"},
    {"S^-T", "inv(S)'"},
    {"S^{-T}", "inv(S)'"},
    {"S^2", "S*S"},
    {"S²", "S*S"},
    {"S^3", "S*S*S"},
    {"S³", "S*S*S"},
    {"S⁴", "S*S*S*S"},
    {"S^5", "S*S*S*S*S"},
    {"S^1", "S"},
    {"S^-2", "inv(S)*inv(S)"},
    {"S⁻²", "inv(S)*inv(S)"},
    {"(A*A')^2", "A*A'*A*A'"},
    {"S^(1+1)", "S*S"},
    {"S.^2", "S .* S"},
    {"t⁴", "t^4"},
    {"t¹²", "t^12"},
    {"x_1⁻¹", "1/x1"},
    {"t⁻¹", "1/t"},
    {"t^{-1}", "1/t"},
    {"x_2²", "x2^2"},
    {"t^{1 + 2}", "t^3"},
    {"-x₁²", "-(x1^2)"},
};

TEST_CASE("spellings of entries, transposes, inverses and powers") { check_same(entries_and_powers); }

const std::vector<Row> functions = {
    {"ln(x)", "log(x)"},
    {"log2(x)", "[0, 1, 2]"},
    {"log10(100*t)", "log(50)/log(10)"},
    {"exp(1)", "2.718281828459045"},
    {"trace(S)", "tr(S)"},
    {"norm(x)", "norm2(x)"},
    {"norm(x)^2", "x'*x"},
    {"norm(s)", "2"},
    {"dot(x, y)", "x'*y"},
    {"inner(A, C)", "sum(A .* C)"},
    {"vec(A)", "[1, 4, 2, 5, 3, 6]"},
    {"vec(x)", "x"},
    {"max(x)", "4"},
    {"min(x)", "1"},
    {"max(y')", "3"},
    {"min(y)", "-1"},
    {"max(A)", "6"},
    {"min(C)", "-1"},
    {"max(x, y)", "[3, 2, 4]"},
    {"min(x, 2)", "[1, 2, 2]"},
    {"maximum(x, y)", "max(x, y)"},
    {"minimum(x, y)", "min(x, y)"},
    {"maximum(x)", "4"},
    {"minimum(x)", "1"},
    {"max(s)", "-2"},
    {"logsumexp(x)", "log(sum(exp(x)))"},
    {"logsumexp(1000*x) - 4000", "0"},
    {"logistic(y)", "sigmoid(y)"},
    {"σ(y)", "sigmoid(y)"},
    {"σ(A*x)", "sigmoid(A*x)"},
    {"heaviside(y)", "[1, 0, 1]"},
    {"sgn(y)", "sign(y)"},
    {"erf(t)", "0.5204998778130465"},
    {"erf(-x)", "-erf(x)"},
    {"arctan(1)", "pi/4"},
    {"atan(-y)", "-arctan(y)"},
    {"tan(arctan(x))", "x"},
    {"sinh(y)", "(exp(y) - exp(-y))/2"},
    {"cosh(y)", "(exp(y) + exp(-y))/2"},
    {"log10(x)", "log(x)/log(10)"},
    {"log10(1000)", "3"},
    {"square(y)", "y .* y"},
    {"square(S)", "S .* S"},
    {"square(t)^2", "t^4"},
    {"transpose(t)^2", "t^2"},
    {"log2(t)^2", "1"},
    {"ln(t)^2", "log(t)*log(t)"},
    {"cbrt(8)", "2"},
    {"cbrt(-27*t/t)", "-3"},
    {"∛(8*x1)", "2"},
    {"var(x)", "mean((x - mean(x)).^2)"},
    {"var([1, 2, 3, 4])", "1.25"},
    {"std(x)", "sqrt(var(x))"},
    {"std([1, 1, 1])", "0"},
    {"std(A)", "sqrt(mean((A - mean(A)).^2))"},
    {"cumsum(x)", "[1, 3, 7]"},
    {"cumsum(v)", "[5, 6, 10, 12]"},
    {"Σ(x)", "sum(x)"},
    {"∑(x)", "sum(x)"},
    {"∑(x.*y)", "x'*y"},
};

TEST_CASE("functions under several names") { check_same(functions); }

const std::vector<Row> constants = {
    {"e^t", "exp(t)"},
    {"e^-t", "exp(-t)"},
    {"e^{-t}", "exp(-t)"},
    {"e^(x1 + t)", "exp(x1 + t)"},
    {"e.^x", "exp(x)"},
    {"e", "exp(1)"},
    {"e^2", "exp(2)"},
    {"2*e*t", "exp(1)"},
    {"ln(e)", "1"},
    {"π", "pi"},
    {"2*π*t", "pi"},
    {"sin(π/2)", "1"},
    {"½*t", "t/2"},
    {"½", "0.5"},
    {"⅓", "1/3"},
    {"¼*x", "x/4"},
    {"¾*⅔", "0.5"},
    {"4^½", "2"},
    {"1/½", "2"},
    {"-½*t", "-t/2"},
    {"½*x^T*S*x", "x'*S*x/2"},
};

TEST_CASE("constants, fractions and superscripts") { check_same(constants); }

const std::vector<Row> signs = {
    {"‖x‖", "norm2(x)"},
    {"‖x‖₂", "norm2(x)"},
    {"‖x‖_2", "norm2(x)"},
    {"‖x‖₁", "norm1(x)"},
    {"‖y‖_1", "4.5"},
    {"‖A‖_F", "norm2(A)"},
    {"‖A‖_F²", "sum(A.^2)"},
    {"‖A‖_F^2", "sum(A.^2)"},
    {"‖x‖²", "x'*x"},
    {"‖x‖₂²", "x'*x"},
    {"‖x‖_2^2", "x'*x"},
    {"‖x‖²₂", "x'*x"},
    {"‖x‖^2_2", "x'*x"},
    {"‖x - y‖₁", "sum(abs(x - y))"},
    {"‖A*x‖₂²", "norm2(A*x)^2"},
    {"½*‖A*x - u‖²", "sum((A*x - u).^2)/2"},
    {"‖x‖₂*‖y‖₂", "norm2(x)*norm2(y)"},
    {"x ⊙ y", "x .* y"},
    {"x ∘ y", "x .* y"},
    {"A ∘ C", "A .* C"},
    {"x ⊙ y ⊙ y", "x .* y .* y"},
    {"2*x ⊙ y", "2*x .* y"},
    {"A ⊗ S", "kron(A, S)"},
    {"A ⊗ x'", "kron(A, x')"},
    {"eye(2) ⊗ S", "kron(eye(2), S)"},
    {"(A ⊗ S)'", "kron(A, S)'"},
    {"⟨x, y⟩", "x'*y"},
    {"⟨A, C⟩", "tr(A'*C)"},
    {"⟨x + y, S*y⟩", "(x + y)'*S*y"},
    {"2*⟨x, y⟩^2", "2*(x'*y)^2"},
    {"√t", "sqrt(t)"},
    {"√(t + 1)", "sqrt(t + 1)"},
    {"√2*t", "sqrt(2)*t"},
    {"√x", "sqrt(x)"},
    {"√x_2", "sqrt(x2)"},
    {"1/√(2*π)", "1/sqrt(2*pi)"},
    {"t × s", "t*s"},
    {"A × x", "A*x"},
    {"x ÷ s", "x/s"},
    {"t ÷ s", "t/s"},
    {"t · s", "t*s"},
    {"t − s", "t - s"},
    {"|s|", "2"},
    {"|t - 1|", "0.5"},
    {"|s|*|t|", "1"},
    {"|t - |s||", "1.5"},
    {"|s|^2", "4"},
    {"|x'*y|", "abs(x'*y)"},
    {"t > 0", "1"},
    {"s > 0", "0"},
    {"t >= 0", "1"},
    {"t ≥ 0.5", "1"},
    {"t > 0.5", "0"},
    {"t < 1", "1"},
    {"0 < s", "0"},
    {"s <= -2", "1"},
    {"s ≤ -3", "0"},
    {"s < t", "1"},
    {"y > 0", "[1, 0, 1]"},
    {"y .* (y > 0)", "relu(y)"},
    {"(t > 0)*t", "relu(t)"},
    {"[t > 0, s > 0]", "[1, 0]"},
    {"sum(x >= y)", "2"},
};

TEST_CASE("norms, products and other signs") { check_same(signs); }

const std::vector<Row> slices = {
    {"x[1:2]", "[1, 2]"},
    {"x[2:3]", "[2, 4]"},
    {"x[2:2]", "[2]"},
    {"x[1:n]", "x"},
    {"v[1:3]", "[5, 1, 4]"},
    {"x'[2:3]", "[2, 4]'"},
    {"A[:,1:2]", "[1, 2; 4, 5]"},
    {"A[1:2,2:3]", "[2, 3; 5, 6]"},
    {"A[2,1:2]", "[4, 5]'"},
    {"A[1:1,:]", "[[1, 2, 3]]"},
    {"A[1:m,1:n]", "A"},
    {"x_{2:3}", "[2, 4]"},
    {"x[2:n]", "[2, 4]"},
    {"x[1:n-1]", "[1, 2]"},
    {"x[n-1:n]", "[2, 4]"},
    {"x[n]", "4"},
    {"x[n-1]", "2"},
    {"x_n", "4"},
    {"A[m,n]", "6"},
    {"A[m,2:n]", "[5, 6]'"},
    {"A[:,2:n]", "[2, 3; 5, 6]"},
    {"A[1:m-1,:]", "[[1, 2, 3]]"},
    {"x[2:n] - x[1:n-1]", "[1, 2]"},
    {"ones(n-1)", "[1, 1]"},
    {"zeros(2*m - 1)", "[0, 0, 0]"},
    {"A + b'", "A + ones(m)*b'"},
    {"A - b'", "A - ones(m)*b'"},
    {"b' + A", "A + ones(m)*b'"},
    {"b' - A", "ones(m)*b' - A"},
    {"A*S + b'", "A*S + ones(m)*b'"},
    {"A + 2*b'", "A + 2*ones(m)*b'"},
    {"A + b.T", "A + ones(m)*b'"},
};

const std::vector<Row> sums = {
    {"sum(i, n, x[i])", "sum(x)"},
    {"sum(i, n, x_i)", "sum(x)"},
    {"sum(i, n, x_i*y_i)", "x'*y"},
    {"sum(i, n, x_i^2 - 2*y_i)", "x'*x - 2*sum(y)"},
    {"sum(i, n, i*x_i)", "17"},
    {"sum(i, n, 1)", "3"},
    {"sum(i, 3, x_i*t)", "t*sum(x)"},
    {"sum(i, 2, x_i*x_{i+1})", "x1*x2 + x2*x3"},
    {"sum(i, 2, (x[i+1] - x[i])^2)", "5"},
    {"sum(i, n, ln(x_i))", "sum(log(x))"},
    {"sum(i, n, |y_i|)", "norm1(y)"},
    {"sum(i, n-1, (x[i+1] - x[i])^2)", "5"},
    {"sum(i, n-1, x_i*x_{i+1})", "x1*x2 + x2*x3"},
    {"sum(i, n, max(x_i, y_i))", "sum(max(x, y))"},
    {"sum(i, n, e^y_i)", "sum(exp(y))"},
    {"sum(i, n, (y_i > 0)*x_i)", "5"},
    {"sum(i, m, A[i,2]*u_i)", "A[:,2]'*u"},
    {"sum(j, n, A[2,j]*x_j)", "A[2,:]*x"},
    {"sum(i, n, S_ii)", "tr(S)"},
    {"sum(i, n, S[i,i]^2)", "sum(diag(S).^2)"},
    {"sum(i, m, sum(j, n, A_ij))", "sum(A)"},
    {"sum(i, m, sum(j, n, u_i*A_ij*x_j))", "u'*A*x"},
    {"sum(j, n, sum(i, m, u_i*A_ij*x_j))", "u'*A*x"},
    {"sum(i, n, sum(j, n, S_ij*P_ji))", "tr(S*P)"},
    {"sum(i, m, sum(j, n, A_ij*x_j)^2)", "norm2(A*x)^2"},
    {"sum(i, m, sum(j, n, A_ij*x_j) - u_i)", "sum(A*x - u)"},
    {"sum(i, m, sum(j, n, u_i + x_j))", "3*sum(u) + 2*sum(x)"},
    {"t*sum(i, n, x_i*sum(j, n, y_j))", "t*sum(x)*sum(y)"},
    {"sum(i, 2, A[i,:]*x)", "sum(A*x)"},
    {"sum(i, 2, ‖A[i,:]‖²)", "sum(A.^2)"},
};

TEST_CASE("sums over an index, in nodes too") {
  check_same(sums);
  const auto error = [](const std::string& formula) { return error_of(file_of(formula)); };
  CHECK(contains(error("sum(x, n, x_i)"), "'x' is no index letter"));
  CHECK(contains(error("sum(i, q, x_i)"), "'q' is no size"));
  CHECK(contains(error("sum(i, m, x_i)"), "x has n entries, and nothing says that 'm' is no more"));
  CHECK(contains(error("sum(i, m, A[i,:]*x)"), "is of what is computed from entries"));
  CHECK(contains(error("sum(i, 100, sum(j, 100, sum(l, 100, A[1,:]*x + i*j*l*norm2(A[i,:]))))"),
                 "is of what is computed from entries"));
}

TEST_CASE("slices, and a row that is added to every row") { check_same(slices); }

TEST_CASE("a declared name wins over what a spelling means otherwise") {
  const auto is = [](const std::string& others, const std::string& formula, double expected) {
    const Computed v = value_of("inputs: {x: [n]}\nnodes:\n" + others + "  f: " + quoted(formula) + "\n");
    INFO(formula);
    REQUIRE(v.entries.size() == 1);
    CHECK(v.entries[0] == expected);
  };
  is("  x_1: 7\n", "x_1", 7);
  is("  x_1: 7\n", "x_{1}", 7);
  is("  x_i: 7\n", "x_i", 7);
  is("  e: 3\n", "e^2", 9);
  is("  π: 3\n", "2*π", 6);
  is("  pi: 3\n", "2*pi", 6);
  is("  T: 3\n", "2^T", 8);
  is("  T: 3\n  w: '[1, 2]'\n", "w.T*w", 5);
  is("  d: 3\n  dx: 6\n", "d/dx", 0.5);
  is("  σ: 4\n", "σ + 1", 5);
  CHECK(contains(error_of("inputs: {σ: [], x: [n]}\nnodes: {f: σ(x)}\n"), "'σ' is a value and no function"));
  CHECK(contains(error_of("inputs: {x: [n], T: [n]}\nnodes: {f: x^T}\n"), "^ takes numbers"));
  CHECK(contains(error_of("inputs: {A: [T, 2]}\nnodes: {f: A^T}\n"), "a transpose is written A'"));
  // Of a number, T is what somebody forgot to declare.
  CHECK(contains(error_of("inputs: {x: [n]}\nnodes: {f: '2*0.9^T'}\n"), "nothing is called 'T'"));
  CHECK(contains(error_of("inputs: {x: [n], df: [], dx: []}\nnodes: {f: '∂f/∂x'}\n"),
                 "∂ stands in derivatives"));
  check_hold({"y = 2*e at e = 3", "f = e^2 at e = 3", "df/de = 2*e"},
             "inputs: {e: []}\nnodes: {y: 2*e, f: e^2}\n");
  check_hold({"y = d/dx*2", "d/dx = y/2"},
             "inputs: {d: [], dx: {shape: [], from: 1, to: 2}}\nnodes: {y: 2*d/dx}\n");
}

const std::vector<std::string> derivatives = {
    "∂f/∂x = 2*A'*u",
    "∂f/∂A = 2*u*x'",
    "∂u/∂x = A",
    "∂f/∂x = (∂u/∂x)'*∂f/∂u",
    "∂f/∂x_1 = 2*A[:,1]'*u",
    "∂f/∂x₁ = 2*A[:,1]'*u",
    "∂u₁/∂x = A[1,:]",
    "∂u_2/∂x_1 = A[2,1]",
    "∂u_i/∂x_j = A_ij",
    "∂u_i/∂x_j = A_{i,j}",
    "∂u_i/∂x_j = A_{ij}",
    "∂uᵢ/∂xⱼ = Aᵢⱼ",
    "df/dx_i = 2*sum(j, m, A_ji*u_j)",
    "∂g/∂x_i = 3*x_i^2",
    "∂g/∂x_{i} = 3*x_{i}²",
    "∂f/∂A_ij = 2*u_i*x_j",
    "∂f/∂A_1j = 2*u_1*x_j",
    "u_i = sum(j, n, A_ij*x_j)",
    "x_i = (2*x)[i]/2",
    "x_n = (2*x)[n]/2",
    "∂²g/∂x² = diag(6*x)",
    "∂^2g/∂x^2 = diag(6*x)",
    "d²g/dx² = diag(6*x)",
    "d2g/dx2 = 6*diag(x)",
    "∂²f/∂x² = 2*A'*A",
    "∂²k/∂y∂z = eye(n)",
    "∂²g/∂x_1² = 6*x_1",
    "∂²g/∂x_1∂x_2 = 0",
    "∂²g/∂x_i∂x_j = 6*x_i*eye(n)[i,j]",
    "∇g = 3*x.^2",
    "∇h = cos(t)",
    "∇_x f = 2*A^T*u",
    "∇_x f = 2*A⊤*(A*x)",
    "∇_{x} f = 2*A'*u",
    "∇_A f = 2*u*x^T",
    "∇_A f = 2*A*x*x.T",
    "∇g' = 3*(x.^2)'",
    "∇g[1] = 3*x_1²",
    "½*∇g = 3/2*x.^2",
    "grad(g) = 3*square(x)",
    "grad(f, x) = 2*A'*u",
    "d/dx g = 3*x.^2",
    "d/dt h = cos(t)",
    "d/dx(g) = 3*x.^2",
    "∂/∂x f = 2*A'*u",
    "∂/∂x_1 g = 3*x_1^2",
    "d²/dx² g = diag(6*x)",
    "∂²/∂x² f = 2*A'*A",
    "d/dx f + x = 2*A'*u + x",
    "f == u'*u",
    "f == ‖u‖² = ⟨u, u⟩",
    "∂f/∂x == 2*A'*u",
    "∂q/∂x = diag(e.^x)",
    "∂q_i/∂x_j = e^x_i*eye(n)[i,j]",
    "h = sin(t) at t = π/2",
    "h ≈ 1.00 at t = π/2",
    "h = 1 at t = e - e + π/2",
    "sum(x[2:n]) = sum(x) - x_1",
    "∂g/∂x[2:n] = 3*x[2:n].^2",
    "A[:,2:n]*x[2:n] = u - A[:,1]*x_1",
    "(t > 0) + (t <= 0) = 1",
    "A + x' = A + ones(m)*x'",
    "relu(x)[i] = x_i*(x_i > 0)",
    "ln(q) = x",
    "x_i = ln(q_i)",
    "maximum(x, y)[i] = max(x[i], y[i])",
    "(A'*A)^2 = A'*A*A'*A",
    "vec(A*x*z') = (z ⊗ eye(m))*A*x",
};

TEST_CASE("derivatives are written in several ways") { check_hold(derivatives); }

const std::vector<Refused> refused_claims = {
    {"∂g/∂x² = 6*diag(x)", "d2g/dx2", "d2g/dx2 = 6*diag(x)"},
    {"dg/dx^2 = 9*x.^4", "(dg/dx)", "(dg/dx).^2 = 9*x.^4"},
    {"∇f = 2*A'*u", "df/dx", "df/dx = 2*A'*u"},
    {"grad(f) = 2*A'*u", "df/dx", "df/dx = 2*A'*u"},
    {"∇_x u = A", "du/dx", "du/dx = A"},
    {"∇²g = 6*diag(x)", "d2g/dx2", "d2g/dx2 = 6*diag(x)"},
    {"∇g^2 = 9*x.^4", "(dg/dx)", "(dg/dx).^2 = 9*x.^4"},
    {"d/dx f*t = 2*t*A'*u", "(df/dx)", "(df/dx)*t = 2*t*A'*u"},
    {"2t = t + t", "2*t", "2*t = t + t"},
    {"x'x = ‖x‖²", "x'*x", "x'*x = ‖x‖²"},
    {"f = u'u", "u'*u", "f = u'*u"},
    {"∂f/∂x = 2A'*u", "2*A'", "∂f/∂x = 2*A'*u"},
    {"t**2 = t*t", "t^2", "t^2 = t*t"},
    {"A@x = u", "A*x", "A*x = u"},
    {"∂f/∂x = 2A'Ax", "2*A'*A*x", "∂f/∂x = 2*A'*A*x"},
    {"f = x'A'Ax", "x'*A'*A*x", "f = x'*A'*A*x"},
    {"sin t = h", "sin(t)", "sin(t) = h"},
    {"sum_{i=1}^{n} x_i = sum(x)", "sum(i, n, x_i)", "sum(i, n, x_i) = sum(x)"},
    {"sum_{i=1}^n x_i = sum(x)", "sum(i, n, x_i)", "sum(i, n, x_i) = sum(x)"},
    {"g = sum_{j=1}^{n} (x_j + 0) x_j^2", "sum(j, n, (x_j + 0)*x_j^2)", "g = sum(j, n, (x_j + 0)*x_j^2)"},
    {"∑_{i=1}^{n} x_i^2 = ‖x‖²", "sum(i, n, x_i^2)", "sum(i, n, x_i^2) = ‖x‖²"},
    {"|x| = x .* sign(x)", "abs(x)", "abs(x) = x .* sign(x)"},
};

TEST_CASE("what is refused in claims is told how") { check_claims_refused(refused_claims); }

TEST_CASE("a claim in another spelling is judged as it is in plain ones: what is wrong is refuted") {
  for (const char* claim :
       {"∂f/∂x = 2*A*u", "∇g = 3*x", "∇_A f = 2*x*u^T", "∂²g/∂x² = 6*x", "d/dx g = x.^2", "∂u_i/∂x_j = A_ji",
        "f == 2*‖u‖²", "f = ‖u‖₁", "∂g/∂x_i = 3*x_i", "∂q/∂x = e.^x", "|t| = t", "(t > 0) = (t < 0)",
        "max(x) = x_1", "std(x) = ‖x‖", "cumsum(x)[2] = x_2"}) {
    CHECK_MESSAGE(judged(claim).verdict == ClaimResult::refuted, claim);
  }
}

const std::vector<Refused> refused = {
    {"2t", "2*t", "2*t"},
    {"2 t", "2*t", "2*t"},
    {"3x_1", "3*x_1", "3*x_1"},
    {"2(t + 1)", "2*(t + 1)", "2*(t + 1)"},
    {"(t + 1)(s - 1)", "(t + 1)*(s - 1)", "(t + 1)*(s - 1)"},
    {"1 + 2t", "2*t", "1 + 2*t"},
    {"1/2t", "2*t", "1/2*t"},
    {"1/2t", "(2*t)", "1/(2*t)"},
    {"√2t", "√2*t", "√2*t"},
    {"√2t", "√(2*t)", "√(2*t)"},
    {"A_12", "A[1,2]", "A[1,2]"},
    {"x'y", "x'*y", "x'*y"},
    {"x^T y", "x^T*y", "x^T*y"},
    {"x'S*x", "x'*S", "x'*S*x"},
    {"x'Sx/2", "x'*S*x", "x'*S*x/2"},
    {"x^TS*x", "x^T*S", "x^T*S*x"},
    {"3x_1x_2", "3*x_1*x_2", "3*x_1*x_2"},
    {"t + x_1x_2", "x_1*x_2", "t + x_1*x_2"},
    {"|t|₁", "‖", "‖t‖₁"},
    {"2xy'", "2*x*y'", "2*x*y'"},
    {"2 t s t", "2*t*s*t", "2*t*s*t"},
    {"½x^T S x", "½*x^T*S*x", "½*x^T*S*x"},
    {"A x", "A*x", "A*x"},
    {"2π", "2*π", "2*π"},
    {"½t", "½*t", "½*t"},
    {"½‖x‖²", "½*‖x‖²", "½*‖x‖²"},
    {"t‖x‖", "t*‖x‖", "t*‖x‖"},
    {"2sin(t)", "2*sin(t)", "2*sin(t)"},
    {"t sin(t)", "t*sin(t)", "t*sin(t)"},
    {"sin t", "sin(t)", "sin(t)"},
    {"log x_1", "log(x_1)", "log(x_1)"},
    {"sin^2(t)", "sin(t)^2", "sin(t)^2"},
    {"t**2", "t^2", "t^2"},
    {"(t + 1)**2", "(t + 1)^2", "(t + 1)^2"},
    {"A@x", "A*x", "A*x"},
    {"A @ S @ x", "A*S", "A*S*x"},
    {"S\\x", "inv(S)*x", "inv(S)*x"},
    {"1/S", "inv(S)", "inv(S)"},
    {"A/S", "A*inv(S)", "A*inv(S)"},
    {"x/y", "x ./ y", "x ./ y"},
    {"1/x", "1 ./ x", "1 ./ x"},
    {"x^2", "x .^ 2", "x .^ 2"},
    {"x²", "x .^ 2", "x .^ 2"},
    {"2^x", "2 .^ x", "2 .^ x"},
    {"e^x", "exp(x)", "exp(x)"},
    {"S^0", "eye(n)", "eye(n)"},
    {"S^t", "S .^ t", "S .^ t"},
    {"S^½", "S .^ (1/2)", "S .^ (1/2)"},
    {"x*y", "x'*y", "x'*y"},
    {"x*y", "x*y'", "x*y'"},
    {"x·y", "x'*y", "x'*y"},
    {"x*S", "x'*S", "x'*S"},
    {"A + b", "A + b'", "A + b'"},
    {"A - b", "A - b'", "A - b'"},
    {"b + A", "b' + A", "b' + A"},
    {"A*S + 2*b", "A*S + (2*b)'", "A*S + (2*b)'"},
    {"norm(A)", "‖A‖_F", "‖A‖_F"},
    {"‖A‖₂", "‖A‖_F", "‖A‖_F"},
    {"‖A‖₂²", "‖A‖_F", "‖A‖_F²"},
    {"‖A‖₁", "norm1(A)", "norm1(A)"},
    {"‖x‖_p", "max(abs(x))", "max(abs(x))"},
    {"|x|", "‖x‖", "‖x‖"},
    {"|x|", "abs(x)", "abs(x)"},
    {"||x||", "norm2(x)", "norm2(x)"},
    {"x ⊗ y", "outer(x, y)", "outer(x, y)"},
    {"x ⊗ y", "kron(x, y)", "kron(x, y)"},
    {"A ⊙ C*x", "(A ⊙ C)*x", "(A ⊙ C)*x"},
    {"A*S ⊗ S", "(A*S) ⊗ S", "(A*S) ⊗ S"},
    {"A ⊙ C*S", "A ⊙ (C*S)", "A ⊙ (C*S)"},
    {"√t^2", "sqrt(t^2)", "sqrt(t^2)"},
    {"√t²", "sqrt(t)²", "sqrt(t)²"},
    {"√(t + 1)^2", "sqrt(t + 1)^2", "sqrt(t + 1)^2"},
    {"∑ x", "sum(x)", "sum(x)"},
    {"<x, y>", "⟨x, y⟩", "⟨x, y⟩"},
    {"0 < t < 1", "(0 < t) .* (t < 1)", "(0 < t) .* (t < 1)"},
    {"x(1)", "x[1]", "x[1]"},
    {"arcsin(t)", "atan(t ./ sqrt(1 - t .^ 2))", "atan(t ./ sqrt(1 - t .^ 2))"},
    {"asin(x)", "atan(x ./ sqrt(1 - x .^ 2))", "atan(x ./ sqrt(1 - x .^ 2))"},
    {"arccos(t)", "pi/2 - atan(t ./ sqrt(1 - t .^ 2))", "pi/2 - atan(t ./ sqrt(1 - t .^ 2))"},
    {"acos(t)", "pi/2 - atan(t ./ sqrt(1 - t .^ 2))", "pi/2 - atan(t ./ sqrt(1 - t .^ 2))"},
    {"x.sum()", "sum(x)", "sum(x)"},
    {"S.trace()", "trace(S)", "trace(S)"},
    {"np.exp(x)", "exp(x)", "exp(x)"},
    {"x’*y", "'", "x'*y"},
    {"t ∗ s", "*", "t*s"},
    {"t – s", "-", "t - s"},
    {"Ax", "A*x", "A*x"},
    {"ts", "t*s", "t*s"},
};

TEST_CASE("what is refused is told how, with the names of the formula") { check_refused(refused); }

// ---- The reference

namespace {

// The rows of the tables below a heading of graphs/README.md: the code in each cell.
struct Cells {
  std::string table;  // what its first column is called
  std::vector<std::string> first, second;
};
std::vector<std::string> code_in(const std::string& cell) {
  std::vector<std::string> found;
  for (std::size_t at = 0; (at = cell.find('`', at)) != std::string::npos;) {
    const std::size_t end = cell.find('`', at + 1);
    std::string code = cell.substr(at + 1, end - at - 1);
    for (std::size_t bar; (bar = code.find("\\|")) != std::string::npos;) code.erase(bar, 1);
    found.push_back(code);
    at = end + 1;
  }
  return found;
}
std::vector<Cells> notation_tables() {
  const std::string text = read_file(source_folder() / "graphs" / "README.md");
  const std::size_t begin = text.find("### Notation"), end = text.find("\n```yaml", begin);
  std::vector<Cells> rows;
  std::string table;
  std::istringstream lines(text.substr(begin, end - begin));
  for (std::string line; std::getline(lines, line);) {
    const std::size_t middle = line.find(" | ");
    if (line.rfind("| ", 0) != 0 || middle == std::string::npos) continue;
    Cells cells{table, code_in(line.substr(0, middle)), code_in(line.substr(middle))};
    if (cells.first.empty())
      table = line.substr(2, middle - 2);
    else
      rows.push_back(std::move(cells));
  }
  return rows;
}

}  // namespace

TEST_CASE("the reference's tables of notation are true") {
  const std::string claims =
      "inputs: {A: [m, n], x: [n], y: []}\nnodes: {g: sum(x.^3), h: A*x, f: \"y^2*x'*x\"}\n";
  const Graph g = graph(claims);
  const auto read = [&](const std::string& left) {
    Yaml text;
    text.kind = Yaml::scalar;
    text.text = left + " = 0";
    text.plain = true;
    text.place = {std::make_shared<SourceText>(SourceText{"claim", {text.text}}), 1, 1, 1};
    return print_formula(parse_claim({text, true}, g).sides[0]);
  };
  std::size_t rows = 0;
  for (const Cells& row : notation_tables()) {
    REQUIRE(row.second.size() == 1);
    for (const std::string& written : row.first) {
      if (row.table == "written") check_same({{written, row.second[0]}});
      if (row.table == "in claims") {
        INFO(written);
        CHECK(read(written) == read(row.second[0]));
      }
      if (row.table != "refused") continue;
      const std::string error = error_of(file_of(written));
      INFO(written, ": ", error);
      CHECK(contains(error, row.second[0]));
      CHECK(error_of(file_of(row.second[0])) == "");
    }
    ++rows;
  }
  CHECK(rows > 50);
}

TEST_CASE(
    "a hint never names what is unrelated: it is nearer than a third of what was written, and ties are all "
    "shown") {
  const auto hint = [](const std::string& formula) {
    const std::string error = error_of(file_of(formula));
    const std::size_t at = error.find("did you mean");
    return at == std::string::npos ? "" : error.substr(at, error.find('?', at) - at);
  };
  for (const char* unrelated :
       {"q", "λI", "A1.T", "sigma", "foo(x)", "fun(x)", "rank(A)", "size(x)", "prod(x)", "Z*x", "xx",
        "lambda", "argmax(x)", "length(x)", "sinc2d(x)", "qr(A)", "eig(S)"})
    CHECK_MESSAGE(hint(unrelated) == "", unrelated, ": ", hint(unrelated));
  CHECK(hint("logdett(S)") == "did you mean 'logdet'");
  CHECK(hint("trac(S)") == "did you mean 'trace'");
  CHECK(hint("cosg(t)") == "did you mean 'cos' or 'cosh'");
  CHECK(hint("softmx(x)") == "did you mean 'softmax'");
  CHECK(hint("maximun(x)") == "did you mean 'maximum'");
}

TEST_CASE("at least 250 spellings are tried") {
  const std::size_t spellings = entries_and_powers.size() + functions.size() + constants.size() +
                                signs.size() + slices.size() + derivatives.size() + refused.size() +
                                sums.size() + refused_claims.size();
  MESSAGE(spellings, " spellings");
  CHECK(spellings >= 250);
}
