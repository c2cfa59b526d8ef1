// What graph-runner can do with a graph file: each task is a function in a file of its own and a row in the
// table of graph_runner.cpp.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "file/graph_file.hpp"
#include "tools/cli.hpp"

namespace graph_runner::cli {

struct RunOptions {
  Common common;
  std::vector<std::string> files, set, sweep, derive, at, predict, input;
  std::optional<std::string> seed, memory, prompt;
  std::string data, claims, gradebook, gradescope, save, load, load_matching, report;
  std::int64_t length = 200;  // of what follows the prompt
  double temperature = 1;
  int threads = 1;
  bool no_hints = false, resume = false, evaluate = false;
};

// Declares them on a command line, with the examples of its manual.
void add_run_options(CLI::App& app, RunOptions& options);

// A graph file's text as the options have it: with --set and then `settings` of that form, --seed and
// --memory. Throws Error.
GraphFile read_run_text(const std::string& text, const std::string& name, Registry& registry,
                        const RunOptions& options, const std::vector<std::string>& settings = {});

// What --memory says, in bytes. Throws Error.
std::optional<std::uint64_t> given_memory(const RunOptions& options);

// A file that is being run.
struct RunJob {
  const RunOptions& options;
  Registry& registry;
  const GraphFile& file;
  const Graph& graph;
  const std::vector<CriticalRequest>& critical;  // what the file asks for under `critical:`
  std::vector<ClaimText> claims;                 // those to be tried: the file's or those of --claims
  std::optional<Error> unreadable = {};          // what is wrong with the file of --claims
  std::uint64_t seed = 1;                        // of what is drawn to try them
  std::string tally = "";                        // what came of them, on one line

  // Of the parameters that nothing else gives a value.
  std::uint64_t initial_seed() const { return file.train ? file.train->seed : seed; }
};

struct RunTask {
  bool (*asked)(const RunJob& job);
  int (*run)(RunJob& job);  // returns the exit code
  bool alone = false;       // nothing else is done then
};

}  // namespace graph_runner::cli
