// Whatever stands left and right of a claim, of whatever kind and size: it is judged, or refused with a
// message, and soon.
#include <fmt/format.h>

#include "claims/claim_program.hpp"
#include "claims/claims.hpp"
#include "tests/support.hpp"

using namespace graph_runner;
using namespace graph_runner::test;

namespace {

using Texts = std::vector<std::string>;

// AxisSizes as names or numbers.
struct AxisSizes {
  std::string k = "k", m = "m", n = "n";
};

// Values of every kind, of which no two are equal where sizes are not 1, and claims about them.
GraphFile file_of(const AxisSizes& s, const Texts& claims) {
  std::string text = fmt::format(R"(
inputs: {{a: [], x: [{n}], y: [{m}], A: [{m}, {n}], B: [{n}, {m}], S: [{n}, {n}], T: [{k}, {m}, {n}]}}
nodes:
  h: 2*A*x
  f: norm2(h)^2 + a*sum(S) + 3*sum(T) + sum(B)*sum(y)
  r: 2*x'
  G: A*S
check:
)",
                                 fmt::arg("k", s.k), fmt::arg("m", s.m), fmt::arg("n", s.n));
  for (const std::string& claim : claims) text += "  - " + claim + "\n";
  return read_graph_text(text, "kinds.yaml", registry());
}

const Texts numbers = {"a", "6", "0*f", "df/da", "x1", "df/dx[1]"};
const Texts vectors = {"x", "y", "h", "df/dx", "df/dy", "r", "3*x'", "h'", "(df/dx)'"};
const Texts matrices = {"A",        "B",     "S",     "A'",       "S'",      "0*A",  "df/dA",
                        "(df/dA)'", "df/dS", "dh/dx", "(dh/dx)'", "d2f/dx2", "dr/dx"};
const Texts tensors = {"T", "df/dT", "dh/dA", "dG/dA", "dG/dS"};

Texts all_of(const std::vector<Texts>& kinds) {
  Texts all;
  for (const Texts& kind : kinds) all.insert(all.end(), kind.begin(), kind.end());
  return all;
}

// What becomes of a claim: a verdict, or the message of a refusal; and whether it was proved.
struct Fate {
  bool proved = false;
  std::string told;
};

Fate fate_of(const ClaimText& claim, const Graph& graph, const GraphFile& file) {
  try {
    const auto claims = make_claims({claim}, graph, file.rows, registry());
    const ClaimResult r = check_claims(graph, claims, 1).at(0);
    CHECK_MESSAGE((r.verdict != ClaimResult::error || !r.problems.empty()), claim.text.text);
    return {r.verdict == ClaimResult::holds, r.where + r.diagnosis};
  } catch (const Error& e) {
    CHECK_MESSAGE(e.exit() == Exit::bad_request, claim.text.text, ": ", e.what());
    return {false, e.what()};
  }
}

// Tries every pair of two texts and returns how many there were.
std::size_t try_pairs(const Texts& texts, const AxisSizes& sizes, bool ones = false) {
  Texts pairs;
  for (const std::string& left : texts)
    for (const std::string& right : texts)
      if (left != right) pairs.push_back(left + " = " + right);
  const GraphFile file = file_of(sizes, pairs);
  const Graph graph = build_graph(file, registry());
  for (const auto& claim : file.claims) {
    const Fate fate = fate_of(claim, graph, file);
    CHECK_MESSAGE((ones || !fate.proved), claim.text.text);
    CHECK_MESSAGE((fate.proved || !fate.told.empty()), claim.text.text, ": nothing is said of it");
  }
  return pairs.size();
}

}  // namespace

TEST_CASE("numbers and vectors against values and derivatives of every kind are judged and not proved") {
  CHECK(try_pairs(all_of({numbers, vectors}), {}) >= 200);
}

TEST_CASE("matrices and their derivatives against one another and numbers are judged and not proved") {
  CHECK(try_pairs(all_of({numbers, matrices}), {}) >= 300);
}

TEST_CASE("tensors against values and derivatives of every kind are judged and not proved") {
  CHECK(try_pairs(all_of({{"a", "6", "x", "r"}, {"A", "A'", "S", "df/dA", "dh/dx"}, tensors}), {}) >= 150);
}

TEST_CASE("vectors against matrices are judged and not proved") {
  CHECK(try_pairs(all_of({vectors, {"A", "B", "S", "A'", "df/dA", "dh/dx", "d2f/dx2"}}), {}) >= 200);
}

TEST_CASE("matrices that stand or lie, squares and sizes of 1 against all kinds are judged") {
  const Texts some = {"6", "0*f", "x", "h", "r", "A", "B", "A'", "S", "df/dA", "(df/dA)'", "dh/dx", "df/dT"};
  for (const AxisSizes& s : {AxisSizes{"3", "4", "2"}, AxisSizes{"3", "2", "4"}, AxisSizes{"2", "3", "3"},
                             AxisSizes{"1", "1", "3"}, AxisSizes{"2", "4", "1"}})
    try_pairs(some, s);
  try_pairs(some, {"1", "1", "1"}, true);
}

TEST_CASE("a matrix against a number is refuted by its shape, and the tool ends with 1") {
  const TemporaryFolder folder;
  for (const char* claim : {"df/dA = 6", "A'' = 0*f", "f = A", "df/dA = f", "(df/dA)'' = 6"}) {
    INFO(claim);
    const std::string file = folder.write(
        "g.yaml",
        fmt::format("inputs: {{A: [m, n], B: [m, n]}}\nnodes: {{f: 'sum(A.*B)'}}\ncheck: ['{}']\n", claim));
    for (const char* seed : {"1", "2", "3", "4", "5"}) {
      const Outcome o = run_tool("graph-runner", {file, "--seed", seed});
      CHECK(o.code == 1);
      CHECK(contains(o.out, "REFUTED"));
    }
  }
}

TEST_CASE("a claim whose sums would never end is refused before it is begun") {
  const TemporaryFolder folder;
  const auto nested = [](int depth, const std::string& size) {
    std::string open, close;
    for (int i = 0; i < depth; ++i) {
      open += fmt::format("sum(i{}, {}, ", i, size);
      close += ")";
    }
    return open + "x[i0]" + close;
  };
  for (const auto& [size, depth] :
       {std::pair("n", 20), std::pair("n", 40), std::pair("12", 9), std::pair("1000", 3)})
    for (const char* under : {"check", "refuted"}) {
      INFO(size, " ", depth, " ", under);
      const std::string shape = std::string(size) == "n" ? "n" : size;
      const Outcome o = run_tool(
          "graph-runner",
          {folder.write("g.yaml", fmt::format("inputs: {{x: [{}]}}\nnodes: {{f: sum(x)}}\n{}: ['{} = f']\n",
                                              shape, under, nested(depth, size)))});
      CHECK(o.code == 2);
      CHECK(o.seconds < 5);
      CHECK(contains(o.out + o.err, "sum"));
    }
}

TEST_CASE("a claim about entries far out ends soon, and says that no bends were looked for") {
  const TemporaryFolder folder;
  const Outcome o = run_tool("graph-runner", {folder.write("g.yaml", R"(
inputs: {x: [n]}
nodes:
  q: step(1.3 - abs(x))
  f: sum(q.*x.^2/2 + (1 - q).*(1.3*abs(x) - 1.3^2/2)) + x9999
refuted: [df/dx = x]
)")});
  CHECK(o.code == 0);
  CHECK(o.seconds < 10);
  CHECK(contains(o.out, "not tried: both sides of bends: "));
}
