#include "tests/support.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <thread>

extern char** environ;

namespace graph_runner::test {

namespace fs = std::filesystem;

fs::path source_folder() { return GRAPH_RUNNER_SOURCE_FOLDER; }
fs::path build_folder() { return GRAPH_RUNNER_BUILD_FOLDER; }
fs::path test_plugins() { return build_folder() / "test-plugins"; }

TemporaryFolder::TemporaryFolder() {
  std::string name = (fs::temp_directory_path() / "graph-runner-test-XXXXXX").string();
  if (!mkdtemp(name.data())) throw std::runtime_error("mkdtemp");
  path_ = fs::canonical(name);
}
TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

std::string TemporaryFolder::write(const std::string& name, const std::string& contents) const {
  const fs::path to = path_ / name;
  fs::create_directories(to.parent_path());
  std::ofstream(to, std::ios::binary) << contents;
  return to.string();
}

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

Outcome run_tool(const std::string& tool, const std::vector<std::string>& arguments, const fs::path& folder,
                 const std::vector<std::string>& environment) {
  const TemporaryFolder streams;
  const std::string out = streams.path() / "out", err = streams.path() / "err";
  std::vector<std::string> words{(build_folder() / tool).string()}, variables = environment;
  words.insert(words.end(), arguments.begin(), arguments.end());
  for (char** v = environ; *v; ++v)
    if (const std::string_view text = *v; !text.starts_with("GRAPH_RUNNER_") && !text.starts_with("COLUMNS="))
      variables.emplace_back(*v);
  // What a sanitizer finds must not end with an exit code that a test expects.
  variables.insert(variables.end(), {"ASAN_OPTIONS=exitcode=99", "UBSAN_OPTIONS=exitcode=99"});
  std::vector<char*> argv, envp;
  for (std::string& w : words) argv.push_back(w.data());
  for (std::string& v : variables) envp.push_back(v.data());
  argv.push_back(nullptr);
  envp.push_back(nullptr);
  const auto start = std::chrono::steady_clock::now();
  const auto seconds = [&] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() /
           GRAPH_RUNNER_SLOWNESS;
  };
  const pid_t child = fork();
  if (child == 0) {
    if (!folder.empty() && chdir(folder.c_str()) != 0) _exit(126);
    dup2(open("/dev/null", O_RDONLY), 0);
    dup2(open(out.c_str(), O_WRONLY | O_CREAT, 0600), 1);
    dup2(open(err.c_str(), O_WRONLY | O_CREAT, 0600), 2);
    execve(argv[0], argv.data(), envp.data());
    _exit(127);
  }
  int status = 0;
  while (waitpid(child, &status, WNOHANG) == 0) {
    if (seconds() > 60) kill(child, SIGKILL);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  Outcome o;
  o.seconds = seconds();
  o.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  o.out = read_file(out);
  o.err = read_file(err);
  return o;
}

std::optional<std::vector<std::string>> beside_torch(const std::string& script) {
  if (run_tool("/usr/bin/python3", {"-c", "import torch"}).code != 0) {
    MESSAGE("not compared: python3-torch is not installed");
    return std::nullopt;
  }
  const Outcome o = run_tool(
      "/usr/bin/python3", {(source_folder() / script).string(), (build_folder() / "graph-runner").string()},
      {}, {"OPENBLAS_NUM_THREADS=1"});
  INFO(o.out, o.err);
  REQUIRE(o.code == 0);
  std::vector<std::string> lines;
  std::istringstream out(o.out);
  for (std::string line; std::getline(out, line);) lines.push_back(line);
  return lines;
}

Registry& registry() {
  static Registry r({build_folder() / "plugins", test_plugins()});
  return r;
}

Graph graph(const std::string& yaml) {
  return build_graph(read_graph_text(yaml, "test.yaml", registry()), registry());
}

std::string error_of(const std::string& yaml) {
  try {
    graph(yaml);
  } catch (const Error& e) {
    return e.what();
  }
  return "";
}

Machine::Machine(const Graph& g, PlanRequest request, std::uint64_t seed)
    : graph(g),
      plan(g,
           [&] {
             if (request.scalar == ScalarType::float32) request.scalar = ScalarType::float64;
             return request;
           }()),
      parameters(g, plan.request().sizes, plan.scalar()),
      workspace(plan, parameters) {
  parameters.initialise(g, plan.request().sizes, seed);
}

void Machine::set(const std::string& name, const std::vector<double>& entries) {
  const Tensor t = workspace.value(id(name));
  REQUIRE(t.data != nullptr);
  REQUIRE(entries.size() == static_cast<std::size_t>(t.entries));
  std::copy(entries.begin(), entries.end(), t.as<double>().begin());
}

void Machine::walk() {
  walk_forward(workspace);
  for (const ValueId v : plan.request().seeds) fill(workspace.gradient(v), 1);
  walk_backward(workspace);
}

std::vector<double> Machine::entries(const Tensor& t) {
  std::vector<double> out;
  for (std::int64_t i = 0; t.data && i < t.entries; ++i) out.push_back(t.at(i));
  return out;
}

}  // namespace graph_runner::test
