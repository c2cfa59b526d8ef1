// Open questions: what answers them, what an answer may use, and what it earns.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "claims/claim_examiner.hpp"
#include "file/claim_reader.hpp"
#include "tests/support.hpp"

using namespace graph_runner;
using namespace graph_runner::test;

namespace {

// What claims earn, of each question of an exercise.
std::vector<Grade> grades_of(const std::string& exercise, const std::string& claims) {
  const GraphFile file = read_graph_text(exercise, "exercise.yaml", registry());
  const Graph graph = build_graph(file, registry());
  const Questions questions(file.claims, graph, registry());
  const Paper paper = questions.read(read_claims_text("check:\n" + claims, "answers.yaml"));
  Examiner examiner(graph, file.rows, registry(), 1);
  return grade(questions, paper, [&](const Claim& claim) { return examiner.judge(claim); });
}
Grade grade_of(const std::string& exercise, const std::string& claims) {
  const std::vector<Grade> grades = grades_of(exercise, claims);
  REQUIRE(grades.size() == 1);
  return grades[0];
}
std::string claim(const std::string& text) {
  std::string quoted;
  for (const char c : text) quoted += c == '\'' ? "''" : std::string(1, c);
  return "  - '" + quoted + "'\n";
}

const std::string norm =
    "inputs: {A: [m, n], x: [n]}\nnodes:\n  u: A*x\n  f: norm2(u)^2\n  r: 2*A'*u\ncheck:\n";
std::string asks(const std::string& question, const std::string& terms = "") {
  std::string quoted = claim(question);
  quoted = quoted.substr(4, quoted.size() - 5);
  return norm + "  - {question: " + quoted + (terms.empty() ? "" : ", " + terms) + "}\n";
}

}  // namespace

TEST_CASE(
    "an exam cannot be cheated: what is true at a point, of an entry or by itself stays open, with a "
    "reason") {
  struct Cheat {
    std::string question, terms, answer, reason;
  };
  const Cheat cheats[] = {
      {"df/dx = ?", "", "df/dx = 0*x at x = [0, 0]", "it speaks of one point"},
      {"df/dA = ?", "", "df/dA = zeros(m, n) at x = [0, 0]", "it speaks of one point"},
      {"df/dA = ?", "", "df/dA[i,j] = 0*A[i,j] at x = [0, 0]", "it speaks of one point"},
      {"df/dx = ?", "", "df/dx = (du/dx)'*df/du", "it ends in a derivative, 'du/dx'"},
      {"df/dx = ?", "", "df/dx[1] = 2*A[:,1]'*u", "the question asks for all of 'df/dx'"},
      {"df/dx = ?", "", "df/dx1 = 2*A[:,1]'*u", "the question asks for all of 'df/dx'"},
      {"df/dx = ?", "", "df/dx[n] = 2*A[:,n]'*u", "the question asks for all of 'df/dx'"},
      {"df/dA = ?", "", "df/dA[1,j] = 2*u[1]*x[j]", "the question asks for all of 'df/dA'"},
      {"du/dx = ?", "", "du1/dx = A[1,:]", "the question asks for all of 'du/dx'"},
      {"df/dx = ?", "hide: [r]", "df/dx = r", "it uses 'r', and the question hides 'r'"},
      {"df/dx = ?", "hide: [r]", "df/dx[i] = r[i]", "hides 'r'"},
      {"df/dx = ?", "hide: [r], allow: derivatives", "df/dx = 2*A'*u + 0*(dr/dx)*x", "hides 'r'"},
      {"df/dx = ?", "allow: derivatives", "df/dx[i] = 1*df/dx[i+0]", "is what the question asks for"},
      {"df/dx = ?", "allow: derivatives", "df/dx[i] = df/dx[1] + df/dx[i] - df/dx[1]", "'df/dx[i]'"},
      {"d2f/dx2 = ?", "allow: derivatives", "d2f/dx2 = (d2f/dxdx)'",
       "the right side contains the left, 'd2f/dx2'"},
      {"d2f/dxdA = ?", "allow: derivatives", "d2f/dxdA[i,j,k] = d2f/dAdx[j,k,i]",
       "is what the question asks for"},
      {"du/dx = ?", "allow: derivatives", "du/dx[i,j] = du/dx[i,j] + 0", "contains the left"},
      {"u = ?", "", "u[i] = 1*u[i+0]", "'u' on its right is what the question asks for"},
      {"u = ?", "hide: [A]", "u = A*x", "hides 'A'"},
      {"df/dx = ?", "", "df/dx ≈ 0e9", "'≈' does not answer it"},
      {"df/dx ≈ ? at x = [1, 1], A = [[1/3, 2]]", "", "df/dx ≈ [0e9, 0e9] at x = [1, 1], A = [[1/3, 2]]",
       "write each number to the second digit"},
      {"df/dx ≈ ? at x = [1, 1], A = [[1/3, 2]]", "", "df/dx ≈ [2, 9] at x = [1, 1], A = [[1/3, 2]]",
       "write each number to the second digit"},
      {"df/dx = ? at x = [1, 1]", "", "df/dx = 0*x at x = [0, 0]", "the point at which the question asks"},
      {"df/dx = ?", "forbid: [norm2]", "df/dx = 2*A'*A*x*(norm2(x)/norm2(x))", "it uses 'norm2'"},
      {"df/dx = ?", "forbid: [inv]", "df/dx = 2*A'*u + 0*(A'*A)^-1*x",
       "it comes to 'inv', which the question forbids"},
      {"df/dx = ?", "forbid: [log]", "df/dx = 2*A'*u + 0*x*ln(2)",
       "it uses 'ln', which the question forbids"},
      {"df/dA = ?", "forbid: [outer]", "df/dA = 2*outer(u, x)", "it uses 'outer'"},
      {"df/dx = ?", "", "2*A'*A*x = df/dx", "no claim has 'df/dx' on its left"},
      {"df/dx = ?", "", "df/dA = 2*A*x*x'", "no claim has 'df/dx' on its left"},
      {"df/dx = ?", "", "df/dx = 2*(A'*A*x", "is never closed"},
      {"df/dx = 0*x at x = ?", "", "df/dx = 0*x at A = [[0, 0]]", "write the same with numbers for each '?'"},
      {"df/dx = 0*x at x = ?", "", "df/dx = 2*A'*u at x = [0, 0]", "write the same with numbers"},
      {"df/dx = 0*x at x = ?", "", "df/dx = 0*x at x = [0, 0], A = [[0, 0]]", "write the same with numbers"},
      {"df/dx = ?", "", "df/dx = ?", "no claim has 'df/dx' on its left"},
  };
  for (const Cheat& cheat : cheats) {
    INFO(cheat.question, " ", cheat.answer);
    const Grade grade = grade_of(asks(cheat.question, cheat.terms), claim(cheat.answer));
    CHECK(grade.verdict == Grade::open);
    CHECK(grade.earned == 0);
    CHECK(grade.answers.empty());
    INFO(grade.remark);
    CHECK(contains(grade.remark, cheat.reason));
  }
  // Of several reasons, that of the claim which is nearest.
  const Grade nearest =
      grade_of(asks("df/dx ≈ ? at x = [1, 1], A = [[1/3, 2]]"),
               claim("df/dx = 2*A'*u") + claim("df/dx ≈ [1.6, 9] at x = [1, 1], A = [[1/3, 2]]"));
  CHECK(contains(nearest.remark, "line 3 is no answer: write each number to the second digit"));
  // Nor by what must not hold.
  const GraphFile file = read_graph_text(asks("df/dx = ?"), "exercise.yaml", registry());
  const Graph graph = build_graph(file, registry());
  const Paper paper = Questions(file.claims, graph, registry())
                          .read(read_claims_text("refuted: [df/dx = 2*x]", "answers.yaml"));
  CHECK(contains(paper.answers[0].why_none, "it stands under 'refuted:'"));
}

TEST_CASE("a second file that redefines an input leaves the questions open, and is told") {
  const TemporaryFolder folder;
  const std::string exercise = folder.write("exercise.yaml", asks("df/dx = ?")),
                    answers = folder.write("answers.yaml", "inputs: {x: []}\ncheck:\n  - df/dx = 2*A'*A*x\n");
  const Outcome o = run_tool("graph-runner", {exercise, "--claims", answers});
  CHECK(o.code == 2);
  CHECK(contains(o.out, "open     df/dx = ?\n           the file of claims cannot be read"));
  CHECK(contains(o.out, "0 of 1 point"));
  CHECK(contains(o.err, "answers.yaml:1:1: error: the claims file: unknown key 'inputs'"));
}

TEST_CASE("every form of an answer that is right is right, however its left side is written") {
  struct Right {
    std::string question, answer;
  };
  const Right rights[] = {
      {"df/dx = ?", "df/dx = 2*A'*A*x"},
      {"df/dx = ?", "df/dx = 2*A'*u"},
      {"df/dx = ?", "df/dx[i] = 2*A[:,i]'*u"},
      {"df/dx = ?", "df/dx[m] = 2*A[:,m]'*u"},           // m is no size of x, but a letter
      {"df/dx = ?", "df/dx = (du/dx)'*df/du = 2*A'*u"},  // by derivatives, but not in the end
      {"df/dx[i] = ?", "df/dx = 2*A'*u"},
      {"df/dx[i] = ?", "df/dx[k] = 2*A[:,k]'*u"},
      {"df/dA = ?", "df/dA[i,j] = 2*u[i]*x[j]"},
      {"df/dA = ?", "df/dA[i,:] = 2*u[i]*x'"},
      {"df/dx = ?", "∂f/∂x = 2*A^T*u"},
      {"∂f/∂x = ?", "df/dx_i = 2*A[:,i]'*u"},
      {"du/dx = ?", "du/dx = A"},
      {"du/dx = ?", "du[i]/dx[j] = A[i,j]"},
      {"d2f/dx2 = ?", "d2f/dxdx = 2*A'*A"},
      {"df/dx1 = ?", "df/dx[1] = 2*A[:,1]'*u"},
      {"df/dA[1,j] = ?", "df/dA[1,:] = 2*u[1]*x'"},
      {"u = ?", "u[i] = sum(j, n, A[i,j]*x[j])"},
      {"df/dx = ? at x = [0, 0]", "df/dx = [0, 0] at x = [0/3, 0]"},
      {"df/dx ≈ ? at x = [1, 1], A = [[1/3, 2]]", "df/dx ≈ [1.6, 9.3] at A = [[1/3, 2]], x = [1, 1]"},
      {"df/dx ≈ ? at x = [1, 1], A = [[1/3, 2]]", "df/dx = [14/9, 28/3] at x = [1, 1], A = [[1/3, 2]]"},
      {"df/dx = 0*x at x = ?", "df/dx = 0*x at x = [0, 0]"},
  };
  for (const Right& right : rights) {
    INFO(right.question, " ", right.answer);
    const Grade grade = grade_of(asks(right.question), claim(right.answer));
    INFO(grade.remark, " ", grade.hint);
    CHECK(grade.verdict == Grade::right);
    CHECK(grade.earned == 1);
    CHECK(grade.answers == std::vector<std::size_t>{0});
  }
  const Grade allowed = grade_of(asks("df/dx = ?", "allow: derivatives, forbid: [kron, inv], hide: [r]"),
                                 claim("df/dx = (du/dx)'*df/du"));
  CHECK(allowed.verdict == Grade::right);
  // What an operator does is no function.
  CHECK(grade_of(asks("df/dA = ?", "forbid: [outer, MatMul]"), claim("df/dA = 2*(A*x)*x'")).verdict ==
        Grade::right);
}

TEST_CASE("an answer holds wherever what is asked for has a value, not where its own functions have one") {
  const std::string bent =
      "inputs: {x: [n], c: [n], t: {shape: [n], from: 0.1, to: 2}}\nnodes:\n  y: c'*x\n  f: norm1(x)\n"
      "  g: abs(y)\n  h: sum(log(t))\ncheck:\n  - df/dx = ?\n  - dg/dx = ?\n  - dh/dt = ?\n";
  const auto verdicts = [&](const std::string& f, const std::string& g, const std::string& h) {
    std::vector<Grade::Verdict> all;
    for (const Grade& grade :
         grades_of(bent, claim("df/dx = " + f) + claim("dg/dx = " + g) + claim("dh/dt = " + h)))
      all.push_back(grade.verdict);
    return all;
  };
  using Verdicts = std::vector<Grade::Verdict>;
  CHECK(verdicts("sign(x)", "sign(y)*c", "1/1*ones(n)./t") ==
        Verdicts{Grade::right, Grade::right, Grade::right});
  // log(x) would keep x from being negative, and with it the claim from being wrong.
  CHECK(verdicts("ones(n) + 0*log(x)", "c + 0*log(y)", "ones(n)./t + 0*sqrt(t)") ==
        Verdicts{Grade::wrong, Grade::wrong, Grade::right});
  CHECK(verdicts("sign(x) + 0*sqrt(x)", "sign(y)*c + 0*sqrt(c)", "exp(-log(t))") ==
        Verdicts{Grade::wrong, Grade::wrong, Grade::right});
  const TemporaryFolder folder;
  const Outcome o = run_tool(
      "graph-runner", {folder.write("exercise.yaml", bent), "--claims",
                       folder.write("answers.yaml", "check:\n" + claim("df/dx = ones(n) + 0*log(x)"))});
  CHECK(contains(o.out,
                 "REFUTED  df/dx = ones(n) + 0*log(x)\n           it has no value at points at which the "
                 "left side has one"));
}

TEST_CASE("a chain earns by its steps, and of several answers the least counts") {
  const auto earned = [&](const std::string& claims, const std::string& terms = "") {
    return grade_of(asks("df/dx = ?", "points: 6" + terms), claims).earned;
  };
  CHECK(earned(claim("df/dx = 2*A'*u = 2*A'*A*x")) == 6);
  CHECK(earned(claim("df/dx = 2*A'*u = 2*A'*A*x = A'*A*x")) == 4);
  CHECK(earned(claim("df/dx = 2*A'*u = A'*u = 2*A'*u")) == 2);
  CHECK(earned(claim("df/dx = A'*u = 2*A'*u")) == 0);
  CHECK(earned(claim("df/dx = 2*A'*u = A*A*q")) == 3);  // though the end means nothing
  // What may not be an answer earns nothing, however often it stands there.
  CHECK(earned(claim("df/dx = (du/dx)'*df/du = (du/dx)'*2*u = (du/dx)'*(2*u) = x")) == 0);
  CHECK(earned(claim("df/dx = (du/dx)'*df/du = 2*A'*u = A'*u")) == 3);
  CHECK(earned(claim("df/dx = (du/dx)'*df/du = 2*A'*u = A'*u"), ", allow: derivatives") == 4);
  CHECK(earned(claim("df/dx = 2*A'*u") + claim("df/dx = 2*A'*A*x")) == 6);
  CHECK(earned(claim("df/dx = 2*A'*u") + claim("df/dx = A'*A*x")) == 0);
  CHECK(earned(claim("df/dx = 2*A'*u = u'*A") + claim("df/dx = 2*A'*A*x")) == 3);
  // Nor is a claim that stays open an answer, nor does it harm.
  CHECK(earned(claim("df/dx = 2*A'*u") + claim("df/dx = 0*x at x = [0, 0]")) == 6);
  std::string guesses;
  for (int i = 0; i < 9; ++i) guesses += claim(fmt::format("df/dx = {}*A'*u", i));
  const Grade grade = grade_of(asks("df/dx = ?"), guesses);
  CHECK(grade.earned == 0);
  CHECK(contains(grade.remark, "9 claims answer it; 8 are the most"));
}

TEST_CASE(
    "no paper takes the work that others need: what is claimed beyond a limit is an error of the claim") {
  const GraphFile file = read_graph_text(asks("df/dx = ?"), "exercise.yaml", registry());
  const Graph graph = build_graph(file, registry());
  const Questions questions(file.claims, graph, registry());
  Examiner examiner(graph, file.rows, registry(), 1);
  const auto verdict = [&](const std::string& text) {
    const Paper paper = questions.read(read_claims_text("check:\n" + claim(text), "answers.yaml"));
    return grade(questions, paper, [&](const Claim& c) { return examiner.judge(c); })[0];
  };
  const std::string cheap = "df/dx = 2*A'*u",
                    dear = "df/dx[i] = 2*A[:,i]'*u + 0*sum(k, 50, sum(l, 50, x[i]))";
  for (int time = 0; time < 2; ++time) {  // the second time, both are known
    examiner.allow(1e8);
    CHECK(verdict(cheap).verdict == Grade::right);
    const Grade refused = verdict(dear);
    CHECK(refused.verdict == Grade::wrong);
    CHECK(contains(refused.remark, "more work than is left for the claims of this file"));
    CHECK(verdict(cheap).verdict == Grade::wrong);  // nothing is left
    examiner.allow(1e10);
    CHECK(verdict(dear).verdict == Grade::right);
    CHECK(verdict(cheap).verdict == Grade::right);
  }
  examiner.allow(1e10);
  CHECK(contains(verdict("df/dx[i] = sum(k, 150, sum(l, 150, x[i]))").remark, "more than 20000 parts"));
}

TEST_CASE("what is wrong with a question is told where it stands, all at once") {
  const auto error = [&](const std::string& questions) {
    try {
      const GraphFile file = read_graph_text(norm + questions, "exercise.yaml", registry());
      const Graph graph = build_graph(file, registry());
      Questions(file.claims, graph, registry());
    } catch (const Error& e) {
      std::string all;
      for (const Problem& p : e.problems()) all += render(p, "error", false);
      return all;
    }
    return std::string();
  };
  CHECK(contains(error("  - {points: 2}\n"), "'question' is missing"));
  CHECK(contains(error("  - {question: 'df/dx = ?', points: -1}\n"), "expected a number from 0 to 1e6"));
  CHECK(contains(error("  - {question: 'df/dx = ?', pionts: 1}\n"), "did you mean 'points'?"));
  CHECK(contains(error("  - {question: 'df/dx = ?', allow: all}\n"), "expected 'derivatives'"));
  CHECK(contains(error("  - {question: 'df/dx = ?', name: a}\n  - {question: 'df/dA = ?', name: a}\n"),
                 "two questions are called 'a'"));
  CHECK(contains(error("  - df/dx = ?\n  - df/dx[i] = ?\n  - df/dx = ? at x = [1]\n  - df/dx = ?\n"),
                 "exercise.yaml:10:5: error: two questions are called 'df/dx'"));
  const std::string both = error("  - {question: 'df/dx = ?', hide: [rr], forbid: [krn]}\n");
  CHECK(contains(both, "exercise.yaml:7:"));
  CHECK(contains(both, "the question, hide: nothing is called 'rr'"));
  CHECK(contains(both, "there is no function 'krn'"));
  CHECK(contains(error("  - {question: df/dx = 2*x}\n"), "a question asks with '?'"));
  CHECK(contains(error("  - {question: 'df/dq = ?'}\n"), "nothing is called 'q'"));
  CHECK(contains(error("  - {question: 'df/dx = 0*x at u = ?'}\n"), "'u' is no input or parameter"));
  CHECK(contains(error("  - df/dx ≈ ? at x = 1\n"), "exercise.yaml:7:"));
  CHECK(error("  - df/dx = 2*q\n  - df/dx = ?\n") == "");  // claims are not graded
}

TEST_CASE("the table and --json say which claim answers which question, and what it earns") {
  const TemporaryFolder folder;
  const std::string exercise =
      folder.write("exercise.yaml", asks("df/dx = ?", "name: 2 (a), points: 4") +
                                        "  - {question: 'du/dx = ?', points: 2}\n" + "  - df/dA = ?\n");
  const std::string answers =
      folder.write("answers.yaml", "check:\n" + claim("u = A*x") + claim("df/dx = 2*A'*u = 2*x") +
                                       claim("du/dx = A") + claim("df/dA = 0*A at x = [0, 0]"));
  const Outcome o = run_tool("graph-runner", {exercise, "--claims", answers});
  INFO(o.out, o.err);
  CHECK(o.code == 1);
  CHECK(contains(o.out, "answers 2 (a): 2 of 4 points; line 3, of 2 steps, holds for 1\n"));
  CHECK(contains(o.out, "answers du/dx: 2 of 2 points\n"));
  CHECK(contains(o.out, "open     df/dA = ?\n           line 5 is no answer: it speaks of one point"));
  CHECK(contains(o.out, "; 4 of 7 points\n"));
  std::istringstream lines(run_tool("graph-runner", {exercise, "--claims", answers, "--json"}).out);
  std::vector<nlohmann::json> questions;
  for (std::string line; std::getline(lines, line);)
    if (const auto event = nlohmann::json::parse(line); event["event"] == "question")
      questions.push_back(event);
  REQUIRE(questions.size() == 3);
  CHECK(questions[0]["question"] == "2 (a)");
  CHECK(questions[0]["text"] == "df/dx = ?");
  CHECK(questions[0]["verdict"] == "steps");
  CHECK(questions[0]["earned"] == 2.0);
  CHECK(questions[0]["points"] == 4.0);
  CHECK(questions[0]["answered_by"] == nlohmann::json({3}));
  CHECK(questions[1]["verdict"] == "right");
  CHECK(questions[2]["verdict"] == "open");
  CHECK(contains(questions[2]["remark"], "it speaks of one point"));
  // A file without claims answers nothing.
  const Outcome none =
      run_tool("graph-runner", {exercise, "--claims", folder.write("no.yaml", "check: []\n")});
  CHECK(none.code == 1);
  CHECK(contains(none.out, "0 of 3 claims hold (3 open); 0 of 7 points"));
}
