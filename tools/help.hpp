// What a tool says of itself, from one source, its CLI::App and its Manual: the text of --help, the manual
// page, and completion in bash.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <utility>
#include <vector>

namespace graph_runner::cli {

using Terms = std::vector<std::pair<std::string, std::string>>;  // each with its meaning

// What is to be said of a tool beside its options.
struct Manual {
  std::vector<std::string> paragraphs = {};  // what it does
  Terms examples = {};                       // commands
  Terms files = {};
};

// An option, or an argument without one.
struct OptionHelp {
  std::vector<std::string> names;  // "-q", "--quiet"; "FILE"
  std::string argument;            // "N", or "" of a flag
  std::string meaning;
  bool positional = false, required = false, repeatable = false;

  std::string term() const;  // "-q, --quiet", "--seed N", "[FILE...]"
};
std::vector<OptionHelp> options_of(const CLI::App& app);

// What is the same for all tools.
const Terms& exit_codes();
const Terms& environment();

// "graph-runner [OPTIONS] FILE..."
std::string usage(const CLI::App& app);
// For `width` columns.
std::string help_text(const CLI::App& app, const Manual& manual, int width);
// In the language of man(7).
std::string man_page(const CLI::App& app, const Manual& manual);
// A script for bash to source.
std::string bash_completion(const CLI::App& app);

}  // namespace graph_runner::cli
