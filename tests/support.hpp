// What the tests share: temporary folders, the tools as child processes, and graphs from texts.
#pragma once

#include <doctest/doctest.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/walk.hpp"
#include "file/graph_file.hpp"

namespace graph_runner::test {

// The repository and the build that the tests belong to.
std::filesystem::path source_folder();
std::filesystem::path build_folder();

// A folder that goes when it goes out of scope.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }
  // Writes a file below it and returns its path.
  std::string write(const std::string& name, const std::string& contents) const;

 private:
  std::filesystem::path path_;
};

std::string read_file(const std::filesystem::path& path);

inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

struct Outcome {
  int code = 0;  // the exit code; 128 + n where a signal n ended it
  std::string out, err;
  double seconds = 0;  // a tenth of those that went by, where sanitizers slow the tool down
};

// Runs a tool of this build ("graph-runner") in a folder, with a bound of 60 seconds. `environment` holds
// NAME=value.
Outcome run_tool(const std::string& tool, const std::vector<std::string>& arguments,
                 const std::filesystem::path& folder = {}, const std::vector<std::string>& environment = {});

// The lines that a script of PyTorch's prints of graph-runner, or nothing, said aloud, where PyTorch is not
// installed.
std::optional<std::vector<std::string>> beside_torch(const std::string& script);

// How often this program, plugins included, has called `new`.
std::size_t allocations();

// The standard plugins of this build, and those that only tests use.
Registry& registry();
std::filesystem::path test_plugins();  // a folder of plugins built from tests/plugins

// The graph of a YAML text.
Graph graph(const std::string& yaml);

// The messages of the error that reading and building a YAML text ends in, "" where there is none.
std::string error_of(const std::string& yaml);

// A plan, its parameters and its memory in one, for double precision unless told otherwise.
struct Machine {
  Machine(const Graph& graph, PlanRequest request, std::uint64_t seed = 1);
  ValueId id(const std::string& name) const { return graph.find(name); }
  void set(const std::string& name, const std::vector<double>& entries);
  std::vector<double> value(const std::string& name) const { return entries(workspace.value(id(name))); }
  std::vector<double> gradient(const std::string& name) const {
    return entries(workspace.gradient(id(name)));
  }
  // Forward, then backward from ones in every seed.
  void walk();

  const Graph& graph;
  Plan plan;
  Parameters parameters;
  Workspace workspace;

  static std::vector<double> entries(const Tensor& t);
};

}  // namespace graph_runner::test
