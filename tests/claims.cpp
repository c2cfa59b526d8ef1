// Claims: what holds is proved, what does not is refuted with how it is wrong, what cannot be read is
// located.
#include "claims/claims.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <sstream>

#include "claims/claim_program.hpp"
#include "tests/support.hpp"

using namespace graph_runner;
using namespace graph_runner::test;

namespace {

// A graph and one claim about it.
struct Asked {
  GraphFile file;
  Graph g;
  std::vector<ClaimSpec> claims;
  explicit Asked(const std::string& yaml)
      : file(read_graph_text(yaml, "test.yaml", registry())),
        g(build_graph(file, registry())),
        claims(make_claims(file.claims, g, file.rows, registry())) {}
  ClaimResult ask(std::uint64_t seed = 1) const { return check_claims(g, {claims.at(0)}, seed)[0]; }
};

std::string with(const std::string& graph, const std::string& claim) {
  std::string quoted;
  for (const char c : claim) quoted += c == '\'' ? "''" : std::string(1, c);
  return graph + "check: ['" + quoted + "']\n";
}

ClaimResult ask(const std::string& graph, const std::string& claim, std::uint64_t seed = 1) {
  INFO(claim);
  return Asked(with(graph, claim)).ask(seed);
}

void holds(const std::string& graph, const std::string& claim) {
  const ClaimResult r = ask(graph, claim);
  CHECK_MESSAGE(r.verdict == ClaimResult::holds, claim, ": ", r.where, " ", r.diagnosis);
}
void refutes(const std::string& graph, const std::string& claim, const std::string& diagnosis) {
  const ClaimResult r = ask(graph, claim);
  CHECK_MESSAGE(r.verdict == ClaimResult::refuted, claim);
  CHECK_MESSAGE(contains(r.diagnosis, diagnosis), claim, ": ", r.diagnosis);
}

const std::string norm = "inputs: {A: [m, n], v: [n]}\nnodes: {h: 'A*v', f: 'norm2(h)^2', l: \"v'\"}\n";
const std::string plane = "inputs: {x: [2], y: []}\nnodes: {f: 'sin(x1) + 2*x2^2 + x1*y'}\n";
const std::string loss =
    "inputs: {y: [k], s: [d], W: [k, d], c: [k]}\nnodes: {p: 'W*s + c', L: 'norm2(y - p)^2'}\n";

}  // namespace

TEST_CASE(
    "values and derivatives that are right hold: gradients, Jacobians, Hessians, chains, components, "
    "indices") {
  holds(norm, "f = sum(h.^2) = h'*h");
  holds(norm, "df/dA = 2*A*v*v'");
  holds(norm, "df/dv = 2*A'*A*v");
  holds(norm, "df/dh = 2*h");  // by an intermediate value
  holds(norm, "dh/dv = A");
  holds(norm, "df/dv = (dh/dv)'*df/dh");
  holds(norm, "dh1/dv = A[1,:]");
  holds(norm, "dh/dv1 = A[:,1]");
  holds(norm, "df/dv2 = 2*A[:,2]'*h");
  holds(norm, "d2f/dv2 = 2*A'*A");
  holds(norm, "d2f/dh2 = 2*eye(m)");
  holds(norm, "df/dA[i,j] = 2*v[j]*A[i,:]*v");
  holds(norm, "df/dA[i,j] = 2*v[j]*sum(k, n, A[i,k]*v[k])");
  holds(norm, "df/dv[j] = sum(i, m, 2*A[i,j]*h[i])");
  holds(norm, "df/dA[1,j] = 2*v[j]*h1");
  holds(norm, "l[j] = v[j]");
  holds(plane, "df/dx = [cos(x1) + y, 4*x2]");
  holds(plane, "df/dx1 = cos(x1) + y");
  holds(plane, "df/dy = x1");
  holds(plane, "d2f/dx2 = [-sin(x1), 0; 0, 4]");
  holds(plane, "d2f/dxdy = [1, 0]");
  holds(plane, "d2f/dy2 = 0");
  holds(loss, "dL/dW = dL/dp*s' = 2*(p - y)*s'");
  holds(loss, "dL/dW[i,j] = s[j]*dL/dp[i]");
  holds(loss, "dp/dc = eye(k)");
  holds(loss, "dL/dc = dL/dp");
}

TEST_CASE("a point may be given, and numbers be compared to half a unit of their last digit") {
  holds(plane, "df/dx = [0, 0] at x = [pi/2, 0], y = 0");
  holds(plane, "df/dx ≈ [0.54, 0] at x = [-1, 0], y = 0");
  holds(plane, "df/dx ≈ [0.5, 0.0] at x = [-1, 0], y = 0");
  refutes(plane, "df/dx ≈ [0.55, 0] at x = [-1, 0], y = 0", "1.01795 times the left");
  holds(norm, "f = 25 at A = [3, 0; 0, 4], v = [1, 1]");  // fixes m and n
  holds(plane, "f ≈ 8e0 at x = [0, 2], y = 1");
}

TEST_CASE("a refuted claim says how it is wrong") {
  refutes(norm, "df/dA = -2*A*v*v'", "the sign is wrong: the right side is -1 times the left");
  refutes(norm, "df/dA = 4*A*v*v'", "twice the left");
  refutes(norm, "df/dA = A*v*v'", "half the left: a factor 2 is missing");
  refutes(norm, "df/dA = 6*A*v*v'", "3 times the left");
  refutes(norm, "df/dA = (2*A*v*v')'", "it is the transpose of what is right");
  refutes(norm, "dh/dv = 1", "the left side is a matrix");
  refutes("inputs: {v: [d], w: [d]}\nnodes: {h: v + w}\n", "dh/dv = 1", "did you mean eye(");
  refutes("inputs: {A: [n, n], v: [n]}\nnodes: {f: \"v'*A*v\"}\n", "df/dv = 2*A*v",
          "it holds only where all sizes are 1");
  refutes("inputs: {A: [n, n], v: [n]}\nnodes: {h: A'*v}\n", "dh/dv = A",
          "the right side is the transpose of the left");
  refutes(norm, "df/dA = 2*h", "the right side a column");
  refutes(plane, "df/dx = [cos(x1) - y, 4*x2]", "entry [1] alone is wrong");
  refutes(loss, "dL/dp = 2*p + 2*y", "the sign of the term '2*y' is wrong");
  refutes(loss, "dL/dp = 2*p - 2*y + s[1]*c", "the term 's[1]*c' is one too many");
  refutes(loss, "dL/dp = 2*p", "a term is missing: -2*y");
  refutes(loss, "p = W*s", "a term is missing: c");
  refutes(loss, "dL/dW[i,j] = s[i]*dL/dp[i]", "leaves 1 … ");
  refutes(loss, "dL/dc[i] = dL/dp[i + 1]", "at i = ");
  refutes("inputs: {x: [3]}\nnodes: {f: [x1*x2, x3^2]}\n", "df/dx = [x2, x1, 0; 0, 0, x3]",
          "entry [2, 3] alone is wrong");
  refutes("inputs: {x: [3]}\nnodes: {f: [x1*x2, x3^2]}\n", "df/dx = [x2, x1, 0; 1, 1, x3]",
          "row 2 alone is wrong");
  refutes("inputs: {A: [m, n]}\nnodes: {a: flatten(A)}\n", "a = flatten(A')", "");
}

TEST_CASE("what cancels to nothing is not refuted by its rounding") {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    const auto holds_at = [&](const std::string& graph, const std::string& claim) {
      CHECK_MESSAGE(ask(graph, claim, seed).verdict == ClaimResult::holds, claim, " at seed ", seed);
    };
    holds_at("inputs: {x: [2]}\nnodes: {r: 'x1^2/(x1^2+x2^2) + x2^2/(x1^2+x2^2)'}\n", "dr/dx = zeros(2)");
    holds_at("inputs: {A: [n, n], x: [n]}\nnodes: {f: \"x'*A*x\"}\n", "x'*A*x - x'*A'*x = 0");
    holds_at("inputs: {z: [2]}\nnodes: {p: exp(z)/sum(exp(z))}\n", "(dp/dz)*ones(2) = zeros(2)");
    holds_at("inputs: {z: [2]}\nnodes: {p: exp(z)/sum(exp(z))}\n", "dp1/dz2 - dp2/dz1 = 0");
  }
}

TEST_CASE("a kink excuses no claim: where it is given, it is held to the node's own derivative there") {
  const std::string relu = "inputs: {x: []}\nnodes: {f: relu(x - 1)}\n";
  holds(relu, "df/dx = 0 at x = 1");
  for (const char* claim : {"df/dx = 1 at x = 1", "df/dx = 0.5 at x = 1"}) {
    const ClaimResult r = ask(relu, claim);
    CHECK_MESSAGE(r.verdict == ClaimResult::kinked, claim);
    CHECK(contains(r.diagnosis,
                   "not differentiable here: beside this point the derivative lies between 0 and 1"));
  }
}

TEST_CASE("in a chain, the first equation that fails is named") {
  refutes(loss, "dL/dp = 2*(p - y) = 2*(y - p)", "equation 2 of 2: the sign is wrong");
  refutes(loss, "dL/dp = 2*(y - p) = -2*(p - y)", "equation 1 of 2: the sign is wrong");
}

TEST_CASE("points with values that are not finite are drawn again and counted, and too many are an error") {
  const ClaimResult r = ask("inputs: {x: [], y: []}\nnodes: {f: log(x + 3)}\n", "df/dx = 1/(x + 3)");
  CHECK(r.verdict == ClaimResult::holds);
  CHECK(r.points >= 12);
  const auto error = [](const std::string& graph, const std::string& claim) {
    const ClaimResult found = ask(graph, claim);
    CHECK(found.verdict == ClaimResult::error);
    return found.diagnosis;
  };
  CHECK(contains(error("inputs: {x: []}\nnodes: {f: log(-exp(x))}\n", "f = 1"), "not finite at 25 of 25"));
  // What an input declares is where points are drawn, also where the node that it feeds takes nothing of it.
  // 1/x is finite there, but is the derivative of nothing.
  const std::string below =
      error("inputs: {x: {shape: [], from: -2, to: -1}}\nnodes: {f: log(x)}\n", "df/dx = 1/x");
  CHECK(contains(below, "the input declares numbers from -2 to -1"));
  CHECK(contains(below, "takes positive numbers"));
  CHECK(contains(error("inputs: {x: []}\nnodes: {f: 1/x}\n", "f = 1 at x = 0"),
                 "not finite at the point that is given"));
}

TEST_CASE("points are drawn in a range of one number, and in one as wide as numbers go") {
  CHECK(ask("inputs: {x: {shape: [n], from: 3, to: 3}}\nnodes: {f: sum(x)}\n", "f = 3*n").verdict ==
        ClaimResult::holds);
  CHECK(ask("inputs: {x: {shape: [n], from: -1e308, to: 1.7e308}}\nnodes: {f: step(x)}\n", "f = step(x)")
            .verdict == ClaimResult::holds);
}

TEST_CASE("a claim that holds is not refuted at 10,000 random points") {
  struct Held {
    std::string graph, claim;
  };
  const std::vector<Held> claims = {
      {norm, "df/dA = 2*A*v*v'"},
      {norm, "d2f/dv2 = 2*A'*A"},
      {plane, "df/dx = [cos(x1) + y, 4*x2]"},
      {loss, "dL/dW[i,j] = s[j]*dL/dp[i]"},
      {"inputs: {x: [n]}\nnodes: {p: softmax(x)}\n", "dp/dx = diag(p) - p*p'"},
      {"inputs: {X: [n, n]}\nnodes: {f: det(X)}\n", "df/dX = f*inv(X)'"},
      {"inputs: {x: [n]}\nnodes: {f: sum(sin(x).^2 + cos(x).^2)}\n", "f = n"},
      {"inputs: {x: [n]}\nnodes: {f: norm2(x)}\n", "df/dx = x/norm2(x)"},
  };
  std::int64_t points = 0;
  for (const Held& held : claims) {
    INFO(held.claim);
    const Asked asked(with(held.graph, held.claim));
    for (std::uint64_t seed = 1; seed <= 105; ++seed) {
      const ClaimResult r = asked.ask(seed);
      CHECK_MESSAGE(r.verdict == ClaimResult::holds, "seed ", seed, ": ", r.where, " ", r.diagnosis);
      CHECK(r.worst < 1e-12);
      points += r.points;
    }
  }
  CHECK(points >= 10000);
}

// ---- Wrong claims made by rule from every true one of the homework

namespace {

struct TrueClaim {
  std::string file;
  Claim claim;
};

Formula tree(Formula::Kind kind, std::vector<Formula> parts) {
  Formula f{kind, "", 0, std::move(parts), {}, 1};
  for (const Formula& part : f.parts) f.depth = std::max(f.depth, part.depth + 1);
  return f;
}
bool is_named(const Formula& f) { return f.kind == Formula::name || f.kind == Formula::derivative; }
void names_in(const Formula& f, std::vector<std::string>& names) {
  if (is_named(f) && std::find(names.begin(), names.end(), f.text) == names.end()) names.push_back(f.text);
  for (const Formula& part : f.parts) names_in(part, names);
}
void swap_names(Formula& f, const std::string& a, const std::string& b) {
  if (is_named(f) && (f.text == a || f.text == b)) f.text = f.text == a ? b : a;
  for (Formula& part : f.parts) swap_names(part, a, b);
}

// The wrong claims, with a part of the diagnosis that each should have.
std::vector<std::pair<Formula, std::string>> wrong_versions(const Formula& right) {
  std::vector<std::pair<Formula, std::string>> wrong;
  Formula two{Formula::number, "2", 2, {}, {}, 1};
  wrong.emplace_back(tree(Formula::negative, {right}), "the sign is wrong");
  wrong.emplace_back(tree(Formula::multiply, {two, right}), "twice the left");
  wrong.emplace_back(tree(Formula::transpose, {right}), "transpose");
  if (right.kind == Formula::add || right.kind == Formula::subtract) wrong.emplace_back(right.parts[0], "");
  std::vector<std::string> names;
  names_in(right, names);
  for (std::size_t i = 0; i + 1 < names.size(); ++i) {
    Formula swapped = right;
    swap_names(swapped, names[i], names[i + 1]);
    wrong.emplace_back(std::move(swapped), "");
  }
  return wrong;
}

}  // namespace

TEST_CASE("from every true claim of the homework, wrong ones made by rule are refuted, and named") {
  // Sanitizers look for faults of memory, which do not hang on the seed, and take minutes for all.
  constexpr std::uint64_t seeds = GRAPH_RUNNER_SLOWNESS > 1 ? 1 : 6;
  int tried = 0, refuted = 0, equal = 0;
  std::vector<std::filesystem::path> files;
  for (const char* folder : {"homework7", "exercises"})
    if (const auto path = source_folder() / "graphs" / folder; std::filesystem::exists(path))
      for (const auto& entry : std::filesystem::directory_iterator(path))
        if (entry.path().extension() == ".yaml") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  CHECK(files.size() >= 9);
  for (const auto& path : files) {
    GraphFile file = read_graph_file(path.string(), registry());
    const Graph g = build_graph(file, registry());
    for (const ClaimText& written : file.claims) {
      const Yaml& yaml = written.text;
      if (!written.must_hold) continue;
      const Claim claim = parse_claim(written, g);
      if (claim.approximately || claim.open) continue;
      std::string at =
          yaml.text.find(" at ") == std::string::npos ? "" : yaml.text.substr(yaml.text.find(" at "));
      for (const auto& [wrong, name] : wrong_versions(claim.sides.back())) {
        Yaml text = yaml;
        text.plain = false;
        text.text = print_formula(claim.sides[0]) + " = " + print_formula(wrong) + at;
        INFO(path.string(), ": ", text.text);
        std::vector<ClaimSpec> specs;
        specs = make_claims({{text, true}}, g, file.rows, registry());
        if (!specs[0].problems.empty()) {
          CHECK(name.empty());  // swapped names may have no product
          continue;
        }
        ++tried;
        const ClaimResult r = check_claims(g, specs, 1)[0];
        if (r.verdict == ClaimResult::holds) {
          // Then it is true: the rule has not changed the value (such as 0, or a symmetric matrix). A
          // difference that the rule made would be there at every seed; rounding's, where a drawn matrix is
          // nearly singular, is not.
          ++equal;
          std::vector<double> worst{r.worst};
          for (std::uint64_t seed = 2; seed <= 7; ++seed) {
            const ClaimResult again = check_claims(g, specs, seed)[0];
            CHECK(again.verdict == ClaimResult::holds);
            worst.push_back(again.worst);
          }
          std::sort(worst.begin(), worst.end());
          CHECK(worst[worst.size() / 2] < 1e-12);
          continue;
        }
        ++refuted;
        if (!name.empty()) CHECK_MESSAGE(contains(r.diagnosis, name), r.diagnosis);
        for (std::uint64_t seed = 2; seed <= seeds; ++seed)
          CHECK(check_claims(g, specs, seed)[0].verdict == ClaimResult::refuted);
      }
    }
  }
  MESSAGE(tried, " wrong claims, ", refuted, " refuted, ", equal, " of the same value");
  CHECK(refuted >= 100);
}

// ---- What cannot be read

namespace {
struct BadClaim {
  const char* graph;
  std::string claim, at, message;
};
}  // namespace

TEST_CASE("a claim that cannot be formed is an error of the file, at its place") {
  const char* n = norm.c_str();
  const char* p = plane.c_str();
  const std::vector<BadClaim> bad = {
      {n, "df/dA", "", "a claim has two sides"},
      {n, "df/dA =", "", "a formula is missing here"},
      {n, "= 2", "", "a formula is missing here"},
      {n, "df/dA = 2*A*v*v' 3", "", "a product needs '*'"},
      {n, "df/dB = 1", "1", "the derivative 'df/dB': nothing is called 'B'"},
      {n, "dg/dA = 1", "1", "the derivative 'dg/dA': nothing is called 'g'"},
      {n, "df/dAA = 1", "1", "nothing is called 'AA'"},
      {n, "dh/df = 1", "1", "the derivative 'dh/df': 'h' does not depend on 'f'"},
      {plane.c_str(), "df/dz = 1", "1", "nothing is called 'z'"},
      {"inputs: {x: [2], A: [2]}\nnodes: {f: x1}\n", "df/dA = 1", "1", "'f' does not depend on 'A'"},
      {n, "d2h/dv2 = 0", "1", "'h' is no number, and only numbers have Hessians here"},
      {n, "d2f/dv = 0", "1", "the second derivative 'd2f/dv' wants what it is taken by twice"},
      {n, "f = A v", "", "a product needs '*'"},
      {n, "f = A*v*g", "", "nothing is called 'g'"},
      {n, "f = x5", "", "nothing is called 'x5'"},
      {p, "f = x[0]", "", "expected an index"},
      {p, "f = foo(x)", "", "there is no function 'foo'"},
      {p, "f = sin(x1, y)", "", "one argument too many"},
      {p, "f = (x1", "", "is never closed"},
      {p, "f = x1)", "", "closes nothing"},
      {p, "f = x1 + ", "", "where a value is missing"},
      {p, "f ≈ x1", "", "'≈' compares with numbers written out"},
      {p, "f ≈ 1 = 2", "", "a chain takes '=' alone"},
      {p, "f = y ≈ 2", "", "a chain takes '=' alone"},
      {p, "f = ? + 1", "", "nothing follows it"},
      {p, "f = f + 1", "5", "the right side contains the left, 'f'"},
      {p, "df/dx = 2*df/dx - df/dx", "", "the right side contains the left"},
      {p, "f = y at z = 1", "", "'z'"},
      {p, "f = y at x = 1", "", "x"},
      {p, "f = y at x = [1, 2, 3]", "", "x"},
      {p, "f = y at f = 1", "", "f"},
      {p, "f = y at x = [1, 2], x = [1, 2]", "", "x"},
      {p, "f = y at", "", ""},
      {p, "f = y at x", "", ""},
      {p, "f = y at x = [a, b]", "", "a"},
      {n, "df/dA[i,i] = 1", "", "the index letter 'i' stands twice"},
      {n, "df/dA[i] = 1", "", "has 2 axes, but 1 index is given"},
      {n, "df/dA[i,j] = A", "", "is no number: a claim with index letters compares numbers"},
      {n, "df/dA[i,j] = B[i,j]", "", "nothing is called 'B'"},
      {n, "f = sum(A, m, 1)", "", "'A' is no index letter"},
      {n, "f = sum(i, q, i)", "", "'q' is no size"},
      {n, "f = sum(i, 1000, i)", "", "'1000' is no size"},
      {n, "f = q[i]", "", "nothing is called 'q'"},
      {n, "f | 2", "", "has no meaning here"},
      {n, "f = 2 = ", "", "a formula is missing here"},
      {n, "f = dv", "", "nothing is called 'dv'"},
      {n, "[f] = ?", "", ""},
  };
  int located = 0;
  for (const BadClaim& b : bad) {
    INFO(b.claim);
    const TemporaryFolder folder;
    const std::string text = with(b.graph, b.claim);
    const Outcome o = run_tool("graph-runner", {folder.write("g.yaml", text)});
    if (b.claim == "[f] = ?") {  // a question about a list is one
      CHECK(o.code == 1);
      continue;
    }
    INFO(o.out, o.err);
    CHECK(o.code == 2);
    CHECK(contains(o.err, b.message));
    CHECK(contains(o.err, "g.yaml:3:"));
    located += contains(o.err, "^");
    if (!b.at.empty()) CHECK(contains(o.err, fmt::format("g.yaml:3:{}: ", 9 + std::stoi(b.at))));
  }
  CHECK(located + 1 == static_cast<int>(bad.size()));
}

TEST_CASE(
    "a claim whose parts do not fit is refuted in its own row, and so may be a slip that is printed in a "
    "book") {
  const std::vector<std::array<std::string, 3>> misfits = {
      {norm, "f = v*v", "there is no product of 'v', a column"},
      {norm, "f = A*A", "a product wants as many columns"},
      {norm, "f = 1/v", "/ divides by a number"},
      {norm, "f = v^2", "^ takes numbers"},
      {norm, "f = tr(A)", "wants a square matrix; it is 2 × 3"},
      {plane, "f = x3", "there is no 'x[3]'"},
      {plane, "f = [x1, x]", "a list takes numbers and rows"},
  };
  for (const auto& [graph, claim, message] : misfits) {
    INFO(claim);
    const TemporaryFolder folder;
    const Outcome o = run_tool("graph-runner", {folder.write("g.yaml", with(graph, claim))});
    CHECK(o.code == 1);
    INFO(o.out, o.err);
    CHECK(contains(o.out, "REFUTED  " + claim));
    CHECK(contains(o.out, message));
    CHECK(ask(graph, claim).verdict == ClaimResult::refuted);
  }
}

TEST_CASE("one claim is one verdict: what cannot be formed is told in its row, and the others are judged") {
  const TemporaryFolder folder;
  const std::string claims =
      "check: ['df/dy = x1', 'f = g', 'df/dy = ', 'df/dy = x2']\nrefuted: ['f = x*x', 'f = q']\n";
  const std::string exercise = folder.write("exercise.yaml", plane + "check:\n  - df/dy = ?\n");
  for (const Outcome& o :
       {run_tool("graph-runner", {folder.write("g.yaml", plane + claims)}),
        run_tool("grad-check", {folder.write("g.yaml", plane + claims)}),
        run_tool("graph-runner", {exercise, "--claims", folder.write("a.yaml", claims)})}) {
    INFO(o.out, o.err);
    CHECK(o.code == 2);
    for (const std::string row :
         {"holds    df/dy = x1", "ERROR    f = g", "ERROR    df/dy = ", "REFUTED  df/dy = x2",
          "refuted  f = x*x", "ERROR    f = q", "1 of 4 claims hold (3 cannot be formed)"})
      CHECK_MESSAGE(contains(o.out, row), row);
    CHECK(contains(o.err, "nothing is called 'g'"));
    CHECK(contains(o.err, "a formula is missing here"));
  }
}

TEST_CASE("what YAML has taken apart is told to be quoted") {
  const TemporaryFolder folder;
  const auto error = [&](const std::string& claims) {
    const Outcome o = run_tool("graph-runner", {folder.write("g.yaml", plane + claims)});
    CHECK(o.code == 2);
    return o.err;
  };
  CHECK(contains(error("check:\n  - f: y = 2\n"), "found a map, expected a claim"));
  CHECK(contains(error("check:\n  - [f, y]\n"), "found a list, expected a claim"));
  CHECK(contains(error("check:\n  - |\n    f = y\n"), "write it on one line, quoted where it begins with |"));
  CHECK(contains(error("check: f = y\n"), "expected a list of claims"));
  CHECK(contains(error("refuted:\n  - f = ?\n"), "an open question cannot be refuted"));
  CHECK(contains(error("chekc:\n  - f = y\n"), "unknown key 'chekc' (did you mean 'check'?)"));
  // All at once.
  const std::string all = error("check:\n  - f = g\n  - f = h\nrefuted:\n  - df/dq = 1\n");
  CHECK(contains(all, "'g'"));
  CHECK(contains(all, "'h'"));
  CHECK(contains(all, "'q'"));
}

// ---- The tool

TEST_CASE("the exit code is 0 where every claim holds and every slip is refuted, else 1") {
  const TemporaryFolder folder;
  const auto run = [&](const std::string& claims, std::vector<std::string> more = {}) {
    more.insert(more.begin(), folder.write("g.yaml", plane + claims));
    return run_tool("graph-runner", more);
  };
  CHECK(run("check: [df/dy = x1]\nrefuted: [df/dy = x2]\n").code == 0);
  Outcome o = run("check: [df/dy = x2]\n");
  CHECK(o.code == 1);
  CHECK(contains(o.out, "REFUTED  df/dy = x2"));
  CHECK(contains(o.out, "0 of 1 claims hold"));
  o = run("refuted: [df/dy = x1]\n");
  CHECK(o.code == 1);
  CHECK(contains(o.out, "HOLDS    df/dy = x1"));
  o = run("check:\n  - df/dx = ?\n  - df/dy = x1\n");
  CHECK(o.code == 1);
  CHECK(contains(o.out, "open     df/dx = ?"));
  CHECK(contains(o.out, "1 of 2 claims hold (1 open)"));
  o = run("check: [df/dy = -x1]\n", {"--no-hints"});
  CHECK(o.code == 1);
  CHECK(contains(o.out, "REFUTED"));
  CHECK(!contains(o.out, "sign"));
}

TEST_CASE("a teacher takes a student's claims from a file that can hold nothing else") {
  const TemporaryFolder folder;
  const std::string graph = folder.write("exercise.yaml", plane + "check:\n  - df/dx = ?\n");
  const auto run = [&](const std::string& claims) {
    return run_tool("graph-runner", {graph, "--claims", folder.write("student.yaml", claims)});
  };
  CHECK(run("check: ['df/dx = [cos(x1) + y, 4*x2]']\n").code == 0);
  CHECK(run("check: ['df/dx = [cos(x1), 4*x2]']\n").code == 1);
  // Nothing but an answer to the question will do.
  for (const char* evasion : {"0 = 0", "df/dy = x1", "df/dx[i] = df/dx[i+0]", "df/dx1 = df/dx[1]"}) {
    const Outcome evaded = run(std::string("check: ['") + evasion + "']\n");
    CHECK(evaded.code == 1);
    CHECK(contains(evaded.out, "open     df/dx = ?"));
  }
  CHECK(run("refuted: ['df/dx = 2*x']\n").code == 1);
  const Outcome o = run("nodes: {f: x1}\ncheck: [df/dy = 0]\n");
  CHECK(o.code == 2);
  CHECK(contains(o.err, "student.yaml:1:1: error: the claims file: unknown key 'nodes'"));
}

TEST_CASE("several files end in a table, and --json says all of it") {
  const TemporaryFolder folder;
  const std::string a = folder.write("a.yaml", plane + "check: [df/dy = x1]\n"),
                    b = folder.write("b.yaml", plane + "check: [df/dy = -x1]\n");
  Outcome o = run_tool("graph-runner", {a, b});
  CHECK(o.code == 1);
  CHECK(contains(o.out, "a.yaml  ok      1 of 1 claims hold\n"));
  CHECK(contains(o.out, "b.yaml  FAILED  0 of 1 claims hold\n"));
  o = run_tool("graph-runner", {"--json", b});
  std::istringstream lines(o.out);
  std::string line;
  std::getline(lines, line);
  const auto event = nlohmann::json::parse(line);
  CHECK(event["event"] == "claim");
  CHECK(event["line"] == 3);
  CHECK(event["text"] == "df/dy = -x1");
  CHECK(event["holds"] == false);
  CHECK(event["points"] >= 12);
  CHECK(event["verdict"] == "refuted");
  CHECK(event["diagnosis"] == "the sign is wrong: the right side is -1 times the left");
  std::getline(lines, line);
  CHECK(nlohmann::json::parse(line)["ok"] == false);
}

TEST_CASE("grad-check checks the claims of a file too") {
  const TemporaryFolder folder;
  const Outcome o = run_tool("grad-check", {folder.write("g.yaml", plane + "check: [df/dy = -x1]\n")});
  CHECK(o.code == 1);
  CHECK(contains(o.out, "REFUTED  df/dy = -x1"));
}

TEST_CASE(
    "every file of the homework and the exercises holds, for graph-runner and grad-check, in under 40 "
    "lines") {
  std::vector<std::string> files;
  for (const char* folder : {"homework7", "exercises"})
    if (const auto path = source_folder() / "graphs" / folder; std::filesystem::exists(path))
      for (const auto& entry : std::filesystem::directory_iterator(path)) {
        if (entry.path().extension() != ".yaml") continue;
        const std::string text = read_file(entry.path());
        CHECK_MESSAGE(std::count(text.begin(), text.end(), '\n') < 40, entry.path().string());
        files.push_back(entry.path().string());
      }
  for (const char* tool : {"graph-runner", "grad-check"}) {
    const Outcome o = run_tool(tool, files);
    INFO(o.out, o.err);
    CHECK(o.code == 0);
    CHECK(o.err.empty());
  }
}
