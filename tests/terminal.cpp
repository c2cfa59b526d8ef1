// What the tools print fits the width that there is; what they say of themselves, for people, man and bash.
#include <fmt/format.h>
#include <utf8proc.h>

#include <algorithm>
#include <sstream>

#include "tests/support.hpp"

using namespace graph_runner::test;
namespace fs = std::filesystem;

namespace {

// Combining characters take no column, wide ones two.
int width_of(const std::string& line) {
  int width = 0;
  utf8proc_int32_t code = 0;
  for (std::size_t at = 0; at < line.size();) {
    const auto* const from = reinterpret_cast<const utf8proc_uint8_t*>(line.data()) + at;
    const auto bytes = utf8proc_iterate(from, static_cast<utf8proc_ssize_t>(line.size() - at), &code);
    REQUIRE(bytes > 0);
    width += utf8proc_charwidth(code);
    at += static_cast<std::size_t>(bytes);
  }
  return width;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

int widest(const std::string& text) {
  int most = 0;
  for (const std::string& line : lines_of(text)) most = std::max(most, width_of(line));
  return most;
}

const char* const watched = R"(inputs: {x: [batch, 4], y: [batch, 3]}
nodes:
  a: {type: Linear, in: x, units: 8}
  b: {type: Tanh, in: a}
  c: {type: Linear, in: b, units: 3}
  loss: {type: SquaredLoss, in: [c, y]}
  mean_of_differences: abs(c - y)
  mean_of_squares: (c - y).^2
  third_value: abs(c)
data: {train: {x: [[1, 2, 0, 1], [0, 1, 1, 2]], y: [[1, 0, 0], [0, 1, 0]]}, test: {x: [[1, 2, 0, 1]], y: [[1, 0, 0]]}}
train: {minimize: loss, optimizer: {type: SGD, rate: 0.01}, batch: 1, epochs: 60, watch: [mean_of_differences, mean_of_squares, third_value]}
)";

// A folder of answers to 28 questions, by students of several scripts.
struct Course : TemporaryFolder {
  Course() {
    std::string questions, answers;
    for (int i = 1; i <= 28; ++i) {
      questions += fmt::format("  - df/dx[{}] = ?\n", i);
      answers += fmt::format("  - df/dx[{0}] = 2*x[{0}]\n", i);
    }
    write("exam.yaml", "inputs: {x: [30]}\nnodes: {f: sum(x.^2)}\ncheck:\n" + questions);
    for (const char* name : {"anna", "日本語", "Åse", "a-student-whose-name-is-long"})
      write(fmt::format("answers/{}.yaml", name), "check:\n" + answers);
    write("answers/bad.yaml", "check:\n  - df/dx[1] = 2*x[1\n");
    write("watched.yaml", watched);
    write("wrong.yaml",
          "inputs: {x: [3]}\nnodes: {f: sum(x.^3)}\ncheck:\n  - df/dx = 3*x.^2 + 0*x + 0*x + 0*x + 0*x\n"
          "  - df/dx = 2*x.^2 + 0.5*x + 0.25*x + 0.125*x\n");
    write("matrix.yaml", "inputs: {X: [3, 12]}\nnodes: {f: sum(exp(X))}\n");
  }
};

// A value for the input of matrix.yaml.
std::string at_ones() {
  std::string row = "1";
  for (int i = 1; i < 12; ++i) row += ", 1";
  return fmt::format("X = [{0}; {0}; {0}]", row);
}

// What completion of a command line, the last word of which is being written, offers.
std::vector<std::string> completed(const fs::path& folder, const std::string& tool,
                                   const std::vector<std::string>& words) {
  std::string line = (build_folder() / tool).string();
  for (const std::string& w : words) line += " '" + w + "'";
  std::string function = "_" + tool;
  std::replace(function.begin(), function.end(), '-', '_');
  const std::string script = fmt::format(
      "source {}/completions/{}\nCOMP_WORDS=({})\nCOMP_CWORD={}\n{} {}\nprintf '%s\\n' \"${{COMPREPLY[@]}}\"",
      build_folder().string(), tool, line, words.size(), function, (build_folder() / tool).string());
  const Outcome o = run_tool("/bin/bash", {"-c", script}, folder);
  CHECK(o.err.empty());
  return lines_of(o.out);
}

bool has(const std::vector<std::string>& all, const std::string& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

}  // namespace

TEST_CASE("no line that a tool prints is wider than the terminal, at 60, 80 and 200 columns") {
  const Course course;
  const std::string graphs = (source_folder() / "graphs").string();
  fs::create_directory_symlink(graphs, course.path() / "graphs");
  const std::vector<std::pair<const char*, std::vector<std::string>>> commands{
      {"graph-runner", {"--help"}},
      {"graph-runner", {"watched.yaml"}},
      {"graph-runner", {"watched.yaml", "--quiet"}},
      {"graph-runner", {"watched.yaml", "--sweep", "train.optimizer.rate=0.01,0.1,1000"}},
      {"graph-runner", {"watched.yaml", "--evaluate"}},
      {"graph-runner", {"exam.yaml", "--claims", "answers"}},
      {"graph-runner", {"exam.yaml", "--claims", "answers/anna.yaml"}},
      {"graph-runner", {"wrong.yaml", "graphs/homework7/3.2.yaml", "graphs/exercises/monkey-saddle.yaml"}},
      {"graph-runner", {"matrix.yaml", "--derive", "f", "--at", at_ones()}},
      {"grad-check", {"--help"}},
      {"grad-check", {"graphs/mlp.yaml", "wrong.yaml"}},
      {"grad-check", {"--type", "Linear", "--type", "Softmax", "--draws", "3"}},
      {"graph-inspect", {"--help"}},
      {"graph-inspect", {}},
      {"graph-inspect", {"Linear"}},
      {"graph-inspect", {"graphs/mlp.yaml"}},
      {"graph-inspect", {"graphs/homework7/4.yaml"}}};
  for (const int width : {60, 80, 200})
    for (const auto& [tool, arguments] : commands) {
      const Outcome o = run_tool(tool, arguments, course.path(), {fmt::format("COLUMNS={}", width)});
      INFO(width, " ", tool, " ", arguments.empty() ? "" : arguments[0], "\n", o.out, o.err);
      CHECK(o.code <= 1);
      CHECK(widest(o.out) <= width);
    }
}

TEST_CASE("where stdout is no terminal a row stays a line, and help has 80 columns") {
  const Course course;
  const Outcome o = run_tool("graph-runner", {"exam.yaml", "--claims", "answers"}, course.path());
  CHECK(contains(o.out, "df/dx[1]  df/dx[2]  df/dx[3]  df/dx[4]  df/dx[5]  df/dx[6]  df/dx[7]  df/dx[8]"));
  CHECK(widest(run_tool("graph-runner", {"--help"}).out) <= 80);
  CHECK(widest(run_tool("graph-runner", {"--help"}).out) > 60);
  // What is no width is none, and a terminal is never too narrow to say anything.
  const auto help_at = [](const char* columns) {
    return widest(run_tool("graph-inspect", {"--help"}, {}, {std::string("COLUMNS=") + columns}).out);
  };
  for (const char* none : {"", "0", "-3", "x", "8x"}) CHECK(help_at(none) > 60);
  CHECK(help_at("5") <= 40);
}

TEST_CASE("a table that is too wide is told in several, each with the first column, and no number is cut") {
  const Course course;
  const Outcome o =
      run_tool("graph-runner", {"exam.yaml", "--claims", "answers"}, course.path(), {"COLUMNS=60"});
  std::size_t heads = 0;
  for (const std::string& line : lines_of(o.out)) heads += line.rfind("  student ", 0) == 0;
  CHECK(heads > 4);
  for (int i = 1; i <= 28; ++i) CHECK(contains(o.out, fmt::format("df/dx[{}]", i)));
  // Wide characters take two columns, so that what follows aligns.
  CHECK(contains(o.out, "\n  anna                                 1"));
  CHECK(contains(o.out, "\n  日本語                               1"));
  CHECK(contains(o.out, "\n  Åse                                  1"));
  const Outcome matrix = run_tool("graph-runner", {"matrix.yaml", "--derive", "f", "--at", at_ones()},
                                  course.path(), {"COLUMNS=60"});
  INFO(matrix.out, matrix.err);
  CHECK(contains(matrix.out, "[3,:]"));
  CHECK(contains(matrix.out, "[:,12]"));
  std::size_t numbers = 0;
  for (std::size_t at = 0; (at = matrix.out.find("2.71828", at)) != std::string::npos; ++at) ++numbers;
  CHECK(numbers == 36);
}

TEST_CASE("epochs that have no line are counted") {
  const Course course;
  const Outcome o = run_tool("graph-runner", {"watched.yaml"}, course.path());
  CHECK(contains(o.out, "\n  … 39 of 60 epochs not shown; --json prints them all\n"));
  CHECK_FALSE(contains(
      run_tool("graph-runner", {"watched.yaml", "--set", "train.epochs=40"}, course.path()).out, "…"));
}

TEST_CASE("on a terminal its own width counts, and the losses are drawn as bars where it shows UTF-8") {
  const Course course;
  const auto on_terminal = [&](const char* locale) {
    const std::string tool = (build_folder() / "graph-runner").string();
    const std::string script = fmt::format(
        "command -v script >/dev/null || exit 9\n"
        "script -qec 'stty cols 60; \"{}\" watched.yaml' /dev/null </dev/null | tr -d '\\r'",
        tool);
    return run_tool("/bin/sh", {"-c", script}, course.path(),
                    {fmt::format("LC_ALL={}", locale), "TERM=xterm"});
  };
  const Outcome o = on_terminal("C.UTF-8");
  if (o.code == 9) return;
  INFO(o.out, o.err);
  CHECK(contains(o.out, "\n  train.loss █"));
  for (const std::string& line : lines_of(o.out))
    if (!contains(line, "\x1b")) CHECK(width_of(line) <= 60);  // what is redrawn moves by escapes
  CHECK_FALSE(contains(on_terminal("C").out, "train.loss █"));
}

TEST_CASE("--quiet prints what is wrong and the verdict, in all tools") {
  const Course course;
  const auto out = [&](const char* tool, const std::vector<std::string>& arguments) {
    return run_tool(tool, arguments, course.path()).out;
  };
  CHECK(out("graph-runner", {"wrong.yaml", "-q"}) ==
        "  REFUTED  df/dx = 2*x.^2 + 0.5*x + 0.25*x + 0.125*x\n1 of 2 claims hold\n");
  CHECK(contains(out("grad-check", {"matrix.yaml", "-q"}), "ok: "));
  CHECK(contains(out("grad-check", {"matrix.yaml", "wrong.yaml", "-q"}), "matrix.yaml: ok: "));
  CHECK(lines_of(out("grad-check", {"matrix.yaml", "-q"})).size() == 1);
  CHECK(lines_of(out("grad-check", {"--type", "Tanh", "-q", "--draws", "3"})).size() == 1);
  CHECK(out("graph-inspect", {"matrix.yaml", "-q"}) == "1 node, 0 parameters\n");
  CHECK(has(lines_of(out("graph-inspect", {"-q"})), "Linear"));
  const std::string plugin = (build_folder() / "plugins/Tanh.so").string();
  CHECK(out("graph-inspect", {"-q", "--check", plugin}) == "ok: 12 checks\n");
}

TEST_CASE("a name that is no file and no type is a hint at the file that is meant") {
  const TemporaryFolder folder;
  folder.write("graphs/mlp.yaml", "nodes: {f: '1'}\n");
  folder.write("own.yaml", "nodes: {f: '1'}\n");
  for (const char* tool : {"graph-runner", "grad-check", "graph-inspect"}) {
    CHECK(contains(run_tool(tool, {"mlp"}, folder.path()).err, "did you mean the file 'graphs/mlp.yaml'?"));
    CHECK(contains(run_tool(tool, {"own"}, folder.path()).err, "did you mean the file 'own.yaml'?"));
    CHECK_FALSE(contains(run_tool(tool, {"other"}, folder.path()).err, "the file '"));
  }
}

TEST_CASE("manual pages say what --help says, and man and mandoc have nothing against them") {
  for (const std::string tool : {"graph-runner", "grad-check", "graph-inspect"}) {
    const std::string page = (build_folder() / "man" / (tool + ".1")).string(), text = read_file(page);
    for (const char* section : {"NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXIT STATUS", "ENVIRONMENT",
                                "FILES", "EXAMPLES", "SEE ALSO"})
      CHECK_MESSAGE(contains(text, fmt::format("\n.SH {}\n", section)), tool, section);
    const Outcome shown =
        run_tool("/bin/sh", {"-c", "MANWIDTH=200 man -P cat -l \"$PAGE\" | col -b"}, {}, {"PAGE=" + page});
    for (const std::string& line : lines_of(run_tool(tool, {"--help"}).out))
      if (line.rfind("  -", 0) == 0) {
        const std::string option = line.substr(2, line.find("  ", 2) - 2);
        if (!shown.out.empty()) CHECK_MESSAGE(contains(shown.out, option), tool, " ", option);
      }
    for (const char* judge : {"man --warnings -E UTF-8 -l -Tutf8 -Z", "mandoc -T lint"}) {
      const Outcome o = run_tool(
          "/bin/sh",
          {"-c", fmt::format("command -v {0} >/dev/null || exit 0; {0} \"$PAGE\" 2>&1 >/dev/null", judge)},
          {}, {"PAGE=" + page});
      const std::string all = o.out + o.err;
      CHECK_MESSAGE(all.empty(), judge, ":\n", all);
    }
  }
}

TEST_CASE("bash completes options, graph files, folders and node types") {
  const TemporaryFolder folder;
  folder.write("mlp.yaml", "");
  folder.write("m odel.yml", "");
  folder.write("model.bin", "");
  folder.write("more/x.yaml", "");
  const auto of = [&](const char* tool, const std::vector<std::string>& words) {
    return completed(folder.path(), tool, words);
  };
  CHECK(of("graph-runner", {"--gradeb"}) == std::vector<std::string>{"--gradebook"});
  CHECK(of("grad-check", {"--"}).size() > 8);
  std::vector<std::string> files = of("graph-runner", {"m"});
  std::sort(files.begin(), files.end());
  CHECK(files == std::vector<std::string>{"m odel.yml", "mlp.yaml", "more"});
  CHECK(has(of("graph-runner", {"mlp.yaml", "--load", "m"}), "model.bin"));
  CHECK(of("graph-runner", {"--data", "m"}) == std::vector<std::string>{"more"});
  CHECK(of("graph-runner", {"--data", "=", "m"}) == std::vector<std::string>{"more"});
  CHECK(of("graph-runner", {"--seed", "m"}) == std::vector<std::string>{""});
  CHECK(has(of("graph-runner", {"mlp.yaml", "--predict", "f", "=", "m"}), "model.bin"));
  CHECK(of("grad-check", {"--type", "Linea"}) == std::vector<std::string>{"Linear"});
  CHECK(of("graph-inspect", {"Linea"}) == std::vector<std::string>{"Linear"});
  CHECK(of("graph-inspect", {"ml"}) == std::vector<std::string>{"mlp.yaml"});
}
