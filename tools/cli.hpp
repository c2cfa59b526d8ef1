// What the three tools share: options, errors to exit codes, and talking to a terminal or to a program.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/registry.hpp"
#include "core/text.hpp"
#include "report/report.hpp"
#include "tools/help.hpp"

namespace graph_runner::cli {

using Json = nlohmann::ordered_json;

// Options that mean the same in every tool.
struct Common {
  std::vector<std::string> plugins;
  bool json = false;
  bool quiet = false;      // what is wrong, and the result or verdict, alone
  bool several = false;    // files are named on the command line
  Manual manual = {};      // what help says of the tool beside its options
  Report* page = nullptr;  // takes events, where one is asked for
};
void add_common(CLI::App& app, Common& common);

// Whether a stream (1 or 2) is a terminal that can redraw, and whether colour may be used there.
bool is_terminal(int stream);
bool use_colour(int stream);

// One JSON object on a line of stdout.
void print_json(const Json& object);

// Whether somebody wants events: a program that reads stdout, or a page; and one for them.
bool wants_events(const Common& common);
void emit(const Common& common, const Json& event);

// Reports an error on stderr, or as `error` events on stdout with --json.
void report(const Error& error, const Common& common);
void warn(const std::vector<Problem>& warnings, const Common& common);

// Parses the command line and runs the body, turning every error into a message and an exit code: nothing
// ends in an uncaught exception. The body returns the exit code.
int run(CLI::App& app, int argc, char** argv, const Common& common, const std::function<int()>& body);

// "FILE: " before a verdict that nothing else says the file of, "" otherwise.
std::string verdict_of(const Common& common, const std::string& file);

// Throws Error (file_failed) where what was printed could not be written: for work that may go on for hours.
void check_output();

// Runs the body for each file; one that ends in an error leaves the others their turn. Returns the largest
// exit code, or that of an interruption, which leaves out the others and says so.
int for_each_file(const std::vector<std::string>& files, const Common& common,
                  const std::function<int(const std::string& path)>& body);

// The integer from 0 to 2^64 - 1 that a text of the command line stands for. `what` names it in the message.
// Throws Error (bad_request).
std::uint64_t parse_seed(const std::string& text, const std::string& what = "--seed");

}  // namespace graph_runner::cli
