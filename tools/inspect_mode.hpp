// What graph-inspect can do: each mode is a function in a file of its own and a row in the table of
// graph_inspect.cpp.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/registry.hpp"
#include "tools/cli.hpp"

namespace graph_runner::cli {

// What the command line gives a mode.
struct InspectRequest {
  std::string what;                    // a type or a graph file
  std::vector<std::string> arguments;  // of the mode's option
  std::uint64_t seed = 1;
  Common common;

  Registry registry() const { return Registry(Registry::search_path(common.plugins)); }
};

struct InspectMode {
  // Of WHAT: a mode without an option is chosen by it.
  enum class Takes { nothing, type, file, file_or_nothing };
  enum class Arguments { none, one, many };
  using Run = int(const InspectRequest& request);  // returns the exit code

  std::string option = "";   // "--schema", or "" for what is done without one
  std::string meaning = "";  // for --help
  Takes takes = Takes::nothing;
  Arguments arguments = Arguments::none;
  std::string argument = "";  // "NAME": what --help calls them
  bool draws = false;         // so that --seed has a meaning
  std::function<Run> run = nullptr;
};

}  // namespace graph_runner::cli
