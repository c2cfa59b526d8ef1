// Gradebooks: folders of answers, whatever lies in them, as a table, as CSV and as Gradescope wants it.
#include <fmt/format.h>
#include <sys/stat.h>

#include <cmath>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/answers.hpp"
#include "tests/support.hpp"

using namespace graph_runner;
using namespace graph_runner::test;
namespace fs = std::filesystem;
using Json = nlohmann::json;

namespace {

const std::string exercise =
    "inputs: {A: [m, n], x: [n]}\nnodes:\n  u: A*x\n  f: norm2(u)^2\ncheck:\n"
    "  - {question: 'df/dx = ?', name: 1 (a), points: 2}\n  - {question: 'du/dx = ?', name: 1 (b)}\n";
const std::string right = "check:\n  - df/dx = 2*A'*u\n  - du/dx = A\n";

// Grades what lies in the folder "answers" of another.
Outcome grades(const TemporaryFolder& folder, std::vector<std::string> more = {}) {
  std::vector<std::string> arguments{folder.write("exercise.yaml", exercise), "--claims",
                                     (folder.path() / "answers").string()};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return run_tool("graph-runner", arguments);
}

// The cells of a CSV file, by RFC 4180.
std::vector<std::vector<std::string>> cells(const std::string& csv) {
  std::vector<std::vector<std::string>> rows(1, std::vector<std::string>(1));
  bool quoted = false;
  for (std::size_t i = 0; i < csv.size(); ++i) {
    std::string& cell = rows.back().back();
    if (quoted && csv[i] == '"' && i + 1 < csv.size() && csv[i + 1] == '"')
      cell += csv[++i];
    else if (csv[i] == '"')
      quoted = !quoted;
    else if (!quoted && csv[i] == ',')
      rows.back().emplace_back();
    else if (!quoted && csv[i] == '\r' && csv[i + 1] == '\n')
      ++i, rows.emplace_back(1);
    else
      cell += csv[i];
  }
  CHECK(!quoted);
  CHECK(rows.back() == std::vector<std::string>(1));  // the last line ends, too
  rows.pop_back();
  return rows;
}

std::string repeated(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

// By student, the cells by column.
std::map<std::string, std::map<std::string, std::string>> gradebook(const fs::path& csv) {
  std::map<std::string, std::map<std::string, std::string>> students;
  const auto rows = cells(read_file(csv));
  for (std::size_t r = 1; r < rows.size(); ++r) {
    REQUIRE(rows[r].size() == rows[0].size());
    for (std::size_t c = 0; c < rows[r].size(); ++c) students[rows[r][0]][rows[0][c]] = rows[r][c];
  }
  return students;
}

}  // namespace

TEST_CASE("a folder of answers, a file or a folder a student, becomes a row each, in the order of names") {
  const TemporaryFolder folder;
  folder.write("answers/zoe.yaml", "check:\n  - df/dx = A'*u\n  - du/dx = A = A'\n");
  folder.write("answers/ann/answer.yaml", right);
  folder.write("answers/bob.yml", "check:\n  - du/dx = A\n");
  folder.write("answers/.DS_Store", "no answer");
  const std::string csv = folder.path() / "grades.csv";
  const Outcome o = grades(folder, {"--gradebook", csv});
  INFO(o.out, o.err);
  CHECK(o.code == 0);
  CHECK(o.err.empty());
  CHECK(contains(o.out,
                 "  student  1 (a)  1 (b)  points\n"
                 "  ann          2      1       3\n"
                 "  bob          -      1       1\n"
                 "  zoe          0    0.5     0.5\n"));
  CHECK(contains(o.out, "3 files, 3 points each\n"));
  auto students = gradebook(csv);
  REQUIRE(students.size() == 3);
  CHECK(students["ann"]["1 (a)"] == "2");
  CHECK(students["ann"]["remarks"] == "");
  CHECK(students["bob"]["1 (a)"] == "0");
  CHECK(students["bob"]["of"] == "3");
  CHECK(students["bob"]["remarks"] == "1 (a): no claim has 'df/dx' on its left");
  CHECK(students["zoe"]["points"] == "0.5");
  CHECK(contains(students["zoe"]["remarks"], "a factor 2 is missing"));
  CHECK(contains(students["zoe"]["remarks"], "1 (b): line 3, of 2 steps, holds for 1"));
  // For exams, whether and no more.
  CHECK(grades(folder, {"--gradebook", csv, "--no-hints"}).code == 0);
  CHECK(gradebook(csv)["zoe"]["remarks"] ==
        "1 (a): line 2 is refuted | 1 (b): line 3, of 2 steps, holds for 1");
  // The same bytes each time.
  const std::string once = read_file(csv);
  CHECK(grades(folder, {"--gradebook", csv, "--no-hints"}).code == 0);
  CHECK(read_file(csv) == once);
}

TEST_CASE("whatever a student hands in is a row that says so, and harms nobody else") {
  const TemporaryFolder folder;
  const fs::path answers = folder.path() / "answers";
  folder.write("answers/zoe.yaml", right);
  folder.write("outside.yaml", right);
  struct Bad {
    std::string name, text, said;
  };
  const std::string deep(70, '['), sums = "sum(i, 900, sum(j, 900, sum(k, 900, x[1])))";
  const std::vector<Bad> bad{
      {"empty", "", "it is empty"},
      {"blank", " \n\n", "it is empty"},
      {"binary",
       std::string("\x7f"
                   "ELF\x02\0\0",
                   7),
       "line 1: "},
      {"latin",
       "check:\n  - d\xe9"
       "riv\xe9"
       "e = 1\n",
       "line 2: byte 0xE9 is not valid UTF-8"},
      {"essay", "The gradient is 2 A' u.", "the claims file: found"},
      {"other", "inputs: {x: []}\ncheck:\n  - df/dx = 2*A'*u\n",
       "line 1: the claims file: unknown key 'inputs'"},
      {"alias", "a: &a [*a]\n", "line 1: "},
      {"brackets", "check:\n  - df/dx = " + std::string(60000, '(') + "\n", "1 (a): line 2 is no answer"},
      {"nested", "check: " + deep + "\n", "nested more than 64 deep"},
      {"lists", "check: ['df/dx = " + std::string(60, '[') + std::string(60, ']') + "']\n", "1 (a): "},
      {"sums", "check:\n  - df/dx = " + sums + "*x\n  - du/dx = A\n", "writes out into more than"},
      {"chain", "check:\n  - df/dx = 2*A'*u" + repeated(" = 2*A'*u", 32) + "\n",
       "33 equations; 32 are the most"},
      {"long", "check:\n  - df/dx = 2*A'*u" + std::string(5000, ' ') + " + 0*x\n", "4096 are the most"},
  };
  for (const Bad& b : bad) folder.write("answers/" + b.name + ".yaml", b.text);
  {
    std::ofstream large(answers / "large.yaml");
    large << right;
    large.close();
    fs::resize_file(answers / "large.yaml", std::uintmax_t{64} << 20);
  }
  REQUIRE(mkfifo((answers / "fifo.yaml").c_str(), 0600) == 0);
  fs::create_symlink(folder.path() / "outside.yaml", answers / "link.yaml");
  fs::create_symlink("/dev/zero", answers / "zeros.yaml");
  fs::create_directory_symlink(folder.path(), answers / "linked");
  fs::create_directories(answers / "nothing");
  fs::create_directories(answers / "folders" / "answer.yaml");
  const std::string csv = folder.path() / "grades.csv";
  const Outcome o = grades(folder, {"--gradebook", csv});
  INFO(o.out, o.err);
  CHECK(o.code == 0);
  CHECK(o.err.empty());
  auto students = gradebook(csv);
  CHECK(students.size() == bad.size() + 8);
  CHECK(students["zoe"]["points"] == "3");
  for (const Bad& b : bad) {
    INFO(b.name, ": ", students[b.name]["remarks"]);
    CHECK(contains(students[b.name]["remarks"], b.said));
    CHECK(students[b.name]["points"] == (b.name == "sums" ? "1" : "0"));
  }
  const auto remark = [&](const std::string& name) { return students[name]["remarks"]; };
  CHECK(remark("large") == "it has 67108864 bytes; an answer has at most 65536");
  CHECK(remark("fifo") == "it is a device, a FIFO or a socket, and no file");
  for (const char* link : {"link", "zeros", "linked"})
    CHECK(remark(link) == "it is a symbolic link, and none is followed");
  CHECK(remark("nothing") == "there is no answer.yaml");
  CHECK(remark("folders") == "it is a directory");
  CHECK(contains(o.out, "it has 67108864 bytes"));  // in the table, too
}

TEST_CASE("names of students and remarks can be no formula of a spreadsheet, nor break a row") {
  const TemporaryFolder folder;
  const std::vector<std::string> names{"=1+2",       "+cmd",      "-x",   "@sum",     "a,b",
                                       "say \"hi\"", "new\nline", "\t=2", "\xff\xfe", "ünal"};
  for (const std::string& name : names) folder.write("answers/" + name + ".yaml", right);
  const std::string csv = folder.path() / "grades.csv";
  CHECK(grades(folder, {"--gradebook", csv}).code == 0);
  std::vector<std::string> found;
  for (const auto& row : cells(read_file(csv))) found.push_back(row[0]);
  CHECK(found == std::vector<std::string>{"student", "?=2", "'+cmd", "'-x", "'=1+2", "'@sum", "a,b",
                                          "new?line", "say \"hi\"", "ünal", "??"});
  // Two that would be called alike are told apart.
  folder.write("answers/ann.yaml", right);
  folder.write("answers/ann/answer.yaml", right);
  CHECK(grades(folder, {"--gradebook", csv}).code == 0);
  auto students = gradebook(csv);
  CHECK(students.count("ann") == 1);
  CHECK(students.count("ann.yaml") == 1);
}

TEST_CASE("a gradebook is written whole, and never over what is read") {
  const TemporaryFolder folder;
  const std::string answer = folder.write("answers/ann.yaml", right);
  const std::string file = folder.write("exercise.yaml", exercise), inside = folder.path() / "answers";
  struct Output {
    std::string option, path, said;
  };
  for (const Output& to :
       {Output{"--gradebook", file, "that would write over "},
        {"--gradebook", answer, "it lies where the answers are"},
        {"--gradebook", inside + "/grades.csv", "it lies where the answers are"},
        {"--gradebook", inside + "/../answers/grades.csv", "it lies where the answers are"},
        {"--gradescope", inside, "it lies where the answers are"}}) {
    INFO(to.option, " ", to.path);
    const Outcome o = grades(folder, {to.option, to.path});
    CHECK(o.code == 2);
    CHECK(contains(o.err, to.said));
  }
  CHECK(read_file(answer) == right);
  CHECK(read_file(file) == exercise);
  CHECK(grades(folder, {"--gradebook", "/dev/null"}).code == 4);
  CHECK(grades(folder, {"--gradebook", folder.path() / "no" / "grades.csv"}).code == 4);
  Outcome o = run_tool("graph-runner",
                       {folder.write("b.yaml", "inputs: {x: [n]}\nnodes: {f: x'*x}\n"), "--claims", inside});
  CHECK(o.code == 2);
  CHECK(contains(o.err, "asks no open question"));
  o = run_tool("graph-runner", {file, "--claims", inside, file, "--gradebook", folder.path() / "g.csv"});
  CHECK(o.code == 2);
  CHECK(contains(o.err, "a gradebook is one of one exercise"));
  for (const char* missing : {"none", "none.yaml"})
    CHECK(run_tool("graph-runner",
                   {file, "--claims", folder.path() / missing, "--gradebook", folder.path() / "g.csv"})
              .code == 4);
  o = run_tool("graph-runner", {file, "--gradebook", folder.path() / "g.csv"});
  CHECK(o.code == 2);
  CHECK(contains(o.err, "--claims"));
}

// ---- Gradescope

namespace {

// What gradescope-autograders.readthedocs.io/en/latest/specs says of results.json, as a JSON Schema.
const char* const specification = R"({
  "$schema": "http://json-schema.org/draft-07/schema#",
  "type": "object", "additionalProperties": false,
  "anyOf": [{"required": ["score"]}, {"required": ["tests"]}],
  "properties": {
    "score": {"type": "number", "minimum": 0},
    "execution_time": {"type": "number"},
    "output": {"type": "string"},
    "output_format": {"$ref": "#/definitions/format"},
    "test_output_format": {"$ref": "#/definitions/format"},
    "test_name_format": {"$ref": "#/definitions/format"},
    "visibility": {"$ref": "#/definitions/visibility"},
    "stdout_visibility": {"$ref": "#/definitions/visibility"},
    "extra_data": {"type": "object"},
    "tests": {"type": "array", "items": {
      "type": "object", "additionalProperties": false,
      "properties": {
        "score": {"type": "number"}, "max_score": {"type": "number"},
        "status": {"enum": ["passed", "failed"]},
        "name": {"type": "string"}, "name_format": {"$ref": "#/definitions/format"},
        "number": {"type": "string"},
        "output": {"type": "string"}, "output_format": {"$ref": "#/definitions/format"},
        "tags": {"type": "array", "items": {"type": "string"}},
        "visibility": {"$ref": "#/definitions/visibility"},
        "extra_data": {"type": "object"}}}},
    "leaderboard": {"type": "array"}},
  "definitions": {
    "format": {"enum": ["text", "html", "simple_format", "md", "ansi"]},
    "visibility": {"enum": ["hidden", "after_due_date", "after_published", "visible"]}}})";

}  // namespace

TEST_CASE("what Gradescope reads is valid by its documented fields, of every file and of a single one") {
  const TemporaryFolder folder;
  const std::string ann = folder.write("answers/ann.yaml", right);
  folder.write("answers/bob.yaml", "check:\n  - df/dx = A'*u\n  - du/dx = A = A'\n");
  folder.write("answers/eve.yaml", std::string("\0\xff", 2));
  const fs::path to = folder.path() / "results";
  CHECK(grades(folder, {"--gradescope", to.string()}).code == 0);
  const std::string file = folder.path() / "exercise.yaml";
  CHECK(run_tool("graph-runner", {file, "--claims", ann, "--gradescope", (to / "one").string()}).code == 0);
  std::string documents;
  std::map<std::string, Json> results;
  for (const char* name : {"ann", "bob", "eve", "one"}) {
    results[name] = Json::parse(read_file(to / name / "results.json"));
    documents += results[name].dump() + "\n";
  }
  const std::string out = folder.path() / "out";
  REQUIRE(std::system(fmt::format("/usr/bin/python3 '{}' '{}' '{}' >'{}' 2>&1",
                                  (source_folder() / "tests" / "validate.py").string(),
                                  folder.write("schema.json", specification),
                                  folder.write("documents", documents), out)
                          .c_str()) == 0);
  CHECK(read_file(out) == "valid\nvalid\nvalid\nvalid\n");
  CHECK(results["one"] == results["ann"]);
  CHECK(results["ann"]["score"] == 3.0);
  CHECK(results["ann"]["tests"][0]["status"] == "passed");
  CHECK(results["bob"]["score"] == 0.5);
  const Json& wrong = results["bob"]["tests"][0];
  CHECK(wrong["name"] == "1 (a)");
  CHECK(wrong["score"] == 0.0);
  CHECK(wrong["max_score"] == 2.0);
  CHECK(wrong["status"] == "failed");
  CHECK(contains(wrong["output"], "df/dx = ?\nline 2 is refuted: "));
  CHECK(contains(wrong["output"], "a factor 2 is missing"));
  CHECK(results["eve"]["score"] == 0.0);
  CHECK(contains(results["eve"]["output"], "This file could not be judged: line 1: "));
}

// ---- Many

namespace {

std::string answers_of(std::size_t student) {
  std::string text = fmt::format("# student {}\ncheck:\n", student);
  for (const MadeUp& answer : made_up(student)) {
    text += "  - '";
    for (const char* c = answer.claim; *c; ++c) text += *c == '\'' ? "''" : std::string(1, *c);
    text += "'\n";
  }
  return text;
}
Outcome grade_many(const TemporaryFolder& folder, std::size_t students, const std::string& more,
                   const std::string& to = "") {
  for (std::size_t i = 0; i < students; ++i)
    folder.write(fmt::format("answers/{:03}.yaml", i), answers_of(i));
  std::vector<std::string> arguments{folder.write("exercise.yaml", made_up_exercise), "--claims",
                                     (folder.path() / "answers").string(), more};
  if (!to.empty()) arguments.push_back(to);
  return run_tool("graph-runner", arguments);
}

}  // namespace

TEST_CASE("forty made-up answers get the 120 verdicts that they must, and each diagnosis is true") {
  const TemporaryFolder folder;
  const Outcome o = grade_many(folder, 40, "--json");
  CHECK(o.code == 0);
  std::istringstream lines(o.out);
  std::size_t verdicts = 0;
  for (std::string line; std::getline(lines, line);) {
    const Json event = Json::parse(line);
    if (event["event"] != "student") continue;
    const auto answers = made_up(std::stoul(event["student"].get<std::string>()));
    for (std::size_t q = 0; q < answers.size(); ++q) {
      const Json& grade = event["grades"][q];
      INFO(std::string(answers[q].claim), ": ", grade.dump());
      CHECK(grade["verdict"] == answers[q].verdict);
      CHECK(grade["earned"] == (grade["verdict"] == "right" ? 1.0 : grade["verdict"] == "steps" ? 0.5 : 0.0));
      CHECK(contains(grade["remark"].get<std::string>() + ": " + grade["diagnosis"].get<std::string>(),
                     answers[q].said));
      ++verdicts;
    }
  }
  CHECK(verdicts == 120);
}

TEST_CASE("four hundred files are graded at once") {
  const TemporaryFolder folder;
  const std::string csv = folder.path() / "grades.csv";
  const Outcome o = grade_many(folder, 400, "--gradebook", csv);
  CHECK(o.code == 0);
  auto students = gradebook(csv);
  CHECK(students.size() == 400);
  for (std::size_t i = 0; i < 400; ++i) {
    double points = 0;
    for (const MadeUp& answer : made_up(i))
      points += answer.verdict == std::string("right") ? 1 : answer.verdict == std::string("steps") ? 0.5 : 0;
    CHECK(students[fmt::format("{:03}", i)]["points"] == fmt::format("{}", points));
  }
  MESSAGE("400 files in ", o.seconds, " s");
}
