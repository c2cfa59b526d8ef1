// Claims with indices: derivatives of matrices by matrices, of entries by entries, and what they are.
#include <chrono>

#include "claims/claim_program.hpp"
#include "tests/support.hpp"

using namespace graph_runner;
using namespace graph_runner::test;

namespace {

struct Judged {
  ClaimResult result;
  std::size_t nodes = 0;  // of the claim's graph
};
Judged judge(const std::string& yaml, const std::string& claim, std::uint64_t seed = 1) {
  std::string quoted;
  for (const char c : claim) quoted += c == '\'' ? "''" : std::string(1, c);
  const GraphFile file = read_graph_text(yaml + "check: ['" + quoted + "']\n", "test.yaml", registry());
  const Graph g = build_graph(file, registry());
  const std::vector<ClaimSpec> specs = make_claims(file.claims, g, file.rows, registry());
  Judged j{check_claims(g, specs, seed)[0], 0};
  SizeValues sizes;
  for (const std::string& name : g.sizes().names()) sizes[name] = 5;
  if (const ClaimProgram p = specs[0].programs->at(sizes); p.graph) j.nodes = p.graph->nodes().size();
  return j;
}
void holds(const std::string& yaml, const std::string& claim) {
  const ClaimResult r = judge(yaml, claim).result;
  CHECK_MESSAGE(r.verdict == ClaimResult::holds, claim, ": ", r.where, " ", r.diagnosis);
}
void refutes(const std::string& yaml, const std::string& claim) {
  CHECK_MESSAGE(judge(yaml, claim).result.verdict == ClaimResult::refuted, claim);
}

const std::string matrices =
    "inputs: {x: [k], P: [n, n], X: [n, n], A: [p, m], Y: [m, q], C: [q, r]}\n"
    "nodes: {B: \"P + P'\", F: X*B*X, G: A*Y*C, s: sum(G), w: sum(x)}\n";
const std::string vectors =
    "inputs: {A: [m, n], x: [n], u: [2], p: [2], q: [2]}\n"
    "nodes:\n  h: A*x\n  t: sin(h)\n  M: A + A\n  w: h + h\n  g: p1^2*p2*q1 + q2^3*p2\n  f: \"x'*x\"\n  r: "
    "\"h'\"\n";

}  // namespace

TEST_CASE("the derivative of a matrix by a matrix has four axes, by index, in part or as a whole") {
  holds(matrices, "dF/dX[i,j,k,l] = eye(n)[i,k]*(B*X)[l,j] + (X*B)[i,k]*eye(n)[l,j]");
  holds(matrices, "dF[i,j]/dX[k,l] = eye(n)[i,k]*(B*X)[l,j] + (X*B)[i,k]*eye(n)[l,j]");
  holds(matrices, "dG/dY[i,j,k,l] = A[i,k]*C[l,j]");
  holds(matrices, "dG/dY[i,j,:,:] = A[i,:]'*C[:,j]'");
  holds(matrices, "dG[i,j]/dY = A[i,:]'*C[:,j]'");
  holds(matrices, "dG[1,1]/dY = A[1,:]'*C[:,1]'");
  holds(matrices, "dG/dY[:,:,k,l] = A[:,k]*C[l,:]");
  holds(matrices, "dG/dY[1,:,1,:] = A[1,1]*C'");
  holds(matrices, "reshape(dG/dY, p*r, m*q) = kron(A, C')");
  holds(matrices, "ds/dY[k,l] = sum(i, p, sum(j, r, dG[i,j]/dY[k,l]))");
  refutes(matrices, "dF/dX[i,j,k,l] = eye(n)[i,k]*(B*X)[l,j] + (X*B)[i,k]*eye(n)[j,l]*2");
  refutes(matrices, "dF/dX[i,j,k,l] = eye(n)[i,k]*(X*B)[l,j] + (X*B)[i,k]*eye(n)[l,j]");
  refutes(matrices, "dG/dY[i,j,k,l] = A[i,k]*C[j,l]");
  refutes(matrices, "dG/dY[i,j,:,:] = C[:,j]*A[i,:]");
}

TEST_CASE("entries of vectors, above and below: numbers, gradients, matrices") {
  holds(vectors, "dh[i]/dx[j] = A[i,j]");
  holds(vectors, "dt[i]/dx[j] = cos(h[i])*A[i,j]");
  holds(vectors, "dh[1]/dx = A[1,:]");
  holds(vectors, "dh[i]/dx = A[i,:]");
  holds(vectors, "dh/dx[:,j] = A[:,j]");
  holds(vectors, "dh_1/dx_1 = A[1,1]");
  holds(vectors, "dh1/dA = [x'; 0*x'; 0*x'] at A = [1, 2; 3, 4; 5, 6]");
  holds(vectors, "dh[i]/dA[k,l] = eye(m)[i,k]*x[l]");
  holds(vectors, "dh1/dA[1,l] = x[l]");
  holds(vectors, "df/dx[i] = 2*x[i]");
  refutes(vectors, "dh[i]/dx[j] = 2*A[i,j]");
  refutes(vectors, "dt[i]/dx[j] = cos(h[j])*A[i,j]");
  refutes(vectors, "dh[1]/dx = 2*A[1,:]");
}

TEST_CASE("the derivative of an entry is a row of the Jacobian, and as a gradient stands beside a column") {
  holds(vectors, "dh1/dx = A[1,:]");
  holds(vectors, "dh1/dx = A[1,:]'");
  holds(vectors, "A[1,:]' = dh1/dx");
  holds(vectors, "dh[1]/dx = A[1,:]'");
  holds(vectors, "dh1/dx*x = h1");
  refutes(vectors, "dh1/dx = 2*A[1,:]'");
  refutes(vectors, "df/dx = 2*x'");
  refutes(vectors, "dh/dx1 = A[:,1]'");
}

TEST_CASE("second derivatives by entries") {
  holds(vectors, "d2g/dp1dp2 = 2*p1*q1");
  holds(vectors, "d2g/dp1dq1 = 2*p1*p2");
  holds(vectors, "d2g/dp_1dq_1 = 2*p1*p2");
  holds(vectors, "d2g/dp[1]dq[1] = 2*p1*p2");
  holds(vectors, "d2g/dpdq[2,2] = 3*q2^2");
  holds(vectors, "d2g/dp12 = 2*p2*q1");  // twice by p1
  holds(vectors, "d2g/dp1dp = [2*p2*q1, 2*p1*q1]");
  holds(vectors, "d2g/dp2 = [2*p2*q1, 2*p1*q1; 2*p1*q1, 0]");
  holds(vectors, "d2f/dx[i]dx[j] = 2*eye(n)[i,j]");
  holds(vectors, "d2f/dx2[i,j] = 2*eye(n)[i,j]");
  refutes(vectors, "d2g/dp1dp2 = p1*q1");
  refutes(vectors, "d2g/dp1dq2 = 3*q2^2");
}

TEST_CASE("a claim is tried where the entries are that its second derivatives name") {
  holds("inputs: {x: [n]}\nnodes: {f: norm2(x)^2}\n", "d2f/dx1dx5 = 0");
  holds("inputs: {x: [n]}\nnodes: {f: norm2(x)^2}\n", "d2f/dx5dx5 = 2");
  holds("inputs: {x: [n]}\nnodes: {f: norm2(x)^2 + x1*x2}\n", "df/dx5 = 2*x5");  // the graph names fewer
}

TEST_CASE(
    "what stands behind an index is worked out for all values at once, and one by one where it must be") {
  holds(vectors, "h[i] = sum(j, n, A[i,j]*x[j])");
  holds(vectors, "h[i] = A[i,:]*x");
  holds(vectors, "h[i] = sum(A[i,:]' .* x)");
  holds(vectors, "t[i] = sin(A[i,:]*x)");
  holds(vectors, "M[i,j] = 2*flatten(A)[(i-1)*n + j]");
  holds(vectors, "M[i,j] = -(-2*A[i,j])");
  holds(vectors, "M[i,j] = 2*i*A[i,j]/i");
  holds(vectors, "M[i,j] = A[i,j]/(i + j)*(2*i + 2*j)");
  holds(vectors, "w[i] = 2*h[i]^3/(h[i]*h[i])");
  holds(vectors, "t[i] = sin(h[i]) + norm2([h[i], 0]) - abs(h[i])");
  holds(vectors, "w[i] = h[i] + mod(h[i], 1) + floor(h[i])");
  holds(vectors, "w[i] = 2*log(2^h[i])/log(2)");
  holds(vectors, "M[i,j] = sum(i, 2, A[i,j]) - sum(l, 2, A[l,j]) + 2*A[i,j] at A = [1, 2, 3; 4, 5, 6]");
  refutes(vectors, "M[i,j] = i*A[i,j]");
  refutes(vectors, "M[i,j] = 2*A[i,j]/j");
  refutes(vectors, "w[i] = 2*h[i + 1]");
}

TEST_CASE(
    "a function of a plugin is asked for each value by itself, for it may look at all entries at once") {
  holds(vectors, "w[i] = 2*h[i]*softmax([h[i]])[1]");
  holds(vectors, "w[i] = 2*h[i]*ones(1)[1]*sum(softmax(h))");
  holds(vectors, "t[i] = sin(h[i]) + swish(h[i]) - h[i]*sigmoid(h[i])");
}

TEST_CASE("the name of a size is an index letter where the size may leave the axis") {
  holds("inputs: {x: [k], A: [m, n]}\nnodes: {f: sum(x) + sum(A), a: flatten(A)}\n", "df/dA[i,k] = 1");
  holds("inputs: {x: [k], A: [m, n]}\nnodes: {f: sum(x) + sum(A), a: flatten(A)}\n", "A[m,n] = a[m*n]");
  holds("inputs: {x: [k], A: [m, n]}\nnodes: {f: sum(x) + sum(A), a: flatten(A)}\n", "a[n] = A[1,n]");
  holds("inputs: {x: [k], A: [m, n]}\nnodes: {f: sum(x) + sum(A)}\n",
        "f = sum(x) + sum(i, m, sum(k, n, A[i,k]))");
}

TEST_CASE("a claim by four indices has a graph that does not grow with their values, and takes no time") {
  const std::string claim = "dF/dX[i,j,k,l] = eye(n)[i,k]*(B*X)[l,j] + (X*B)[i,k]*eye(n)[l,j]";
  CHECK(judge(matrices, claim).nodes <= 16);
  for (const int n : {5, 6}) {
    const std::string fixed =
        fmt::format("inputs: {{P: [{0}, {0}], X: [{0}, {0}]}}\nnodes: {{B: \"P + P'\", F: X*B*X}}\n", n);
    std::string numbers = claim;
    for (std::size_t at; (at = numbers.find("eye(n)")) != std::string::npos;)
      numbers.replace(at, 6, fmt::format("eye({})", n));
    double best = 1e9;
    for (int repeat = 0; repeat < 5; ++repeat) {
      const auto start = std::chrono::steady_clock::now();
      holds(fixed, numbers);
      best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    }
    MESSAGE("n = ", n, ": ", 1000 * best, " ms");
    CHECK(best < 0.5 * GRAPH_RUNNER_SLOWNESS);  // of a busy machine
  }
}

TEST_CASE("indices that do not fit are told") {
  const auto error = [](const std::string& claim) {
    const TemporaryFolder folder;
    std::string quoted;
    for (const char c : claim) quoted += c == '\'' ? "''" : std::string(1, c);
    const Outcome o =
        run_tool("graph-runner", {folder.write("g.yaml", vectors + "check: ['" + quoted + "']\n")});
    CHECK(o.code != 0);
    return o.out + o.err;
  };
  CHECK(contains(error("dh/dA[i,j] = 1"), "'dh/dA' has 3 axes, but 2 indices are given"));
  CHECK(contains(error("dh[i]/dA[k] = 1"), "'dh/dA' has 3 axes, but 2 indices are given"));
  CHECK(contains(error("dh/dA[i,:,:] = x[1]"), "'x[1]' is a number, but 'dh/dA[i,:,:]' is none"));
  CHECK(contains(error("dh[i]/dx[j] = A"), "is no number: a claim with index letters compares numbers"));
  CHECK(contains(error("dA1/dx = 1"), "the derivative 'dA1/dx': nothing is called 'A1'"));
  CHECK(contains(error("dh[i/dx = 1"), "this '[' is never closed"));
  CHECK(contains(error("dh[]/dx = 1"), "an index is missing"));
  CHECK(contains(error("d2h/dx1dx2 = 0"), "'h' is no number, and only numbers have Hessians here"));
  CHECK(contains(error("d2h1/dx2 = 0"), "only numbers have Hessians here"));
}
