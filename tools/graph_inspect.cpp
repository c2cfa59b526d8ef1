// graph-inspect: lists node types; describes one; starts a new one; summarises, draws or expands a graph
// file.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>

#include "exchange/writers.hpp"
#include "tools/file_meant.hpp"
#include "tools/inspect_mode.hpp"

using namespace graph_runner;
using namespace graph_runner::cli;

namespace graph_runner::cli {
// Each in a file of its own.
InspectMode::Run list_types, describe_type, summarise_file, print_schema, new_node, check_plugins;
}  // namespace graph_runner::cli

namespace {

using Takes = InspectMode::Takes;
using Arguments = InspectMode::Arguments;

std::vector<InspectMode> all_modes() {
  std::vector<InspectMode> modes;
  for (const GraphWriter& writer : graph_writers())
    modes.push_back({.option = fmt::format("--{}", writer.name),
                     .meaning = writer.meaning,
                     .takes = Takes::file,
                     .run = [&writer](const InspectRequest& request) {
                       Registry registry = request.registry();
                       fmt::print("{}", writer.write(request.what, registry));
                       return 0;
                     }});
  modes.insert(modes.end(),
               {{.takes = Takes::nothing, .run = list_types},
                {.takes = Takes::type, .run = describe_type},
                {.takes = Takes::file, .run = summarise_file},
                {.option = "--schema",
                 .meaning = "Print the JSON Schema of graph files, with all types on the search path; with a "
                            "graph file, of that file, with its blocks",
                 .takes = Takes::file_or_nothing,
                 .run = print_schema},
                {.option = "--new",
                 .meaning = "Write a folder NAME with a node type of that name to start from",
                 .arguments = Arguments::one,
                 .argument = "NAME",
                 .run = new_node},
                {.option = "--check",
                 .meaning = "Check plugin files (build/Swish.so) before anyone trusts them",
                 .arguments = Arguments::many,
                 .argument = "FILE",
                 .draws = true,
                 .run = check_plugins}});
  return modes;
}

void add_option(CLI::App& app, const InspectMode& mode, std::vector<std::string>& arguments) {
  if (mode.arguments == Arguments::none) {
    app.add_flag(mode.option, mode.meaning);
    return;
  }
  CLI::Option* const option = app.add_option(mode.option, arguments, mode.meaning)->type_name(mode.argument);
  if (mode.arguments == Arguments::one) option->expected(1)->allow_extra_args(false);
}

Takes kind_of(const std::string& what) {
  if (what.empty()) return Takes::nothing;
  std::error_code ignored;
  const bool file = what.find('/') != std::string::npos || what.find('.') != std::string::npos ||
                    std::filesystem::is_regular_file(what, ignored);
  return file ? Takes::file : Takes::type;
}

// "--schema, --new and --check": the options of the modes for which `is` holds.
template <class Is>
std::string options_of(const std::vector<InspectMode>& modes, const Is& is) {
  std::vector<std::string> options;
  for (const InspectMode& m : modes)
    if (!m.option.empty() && is(m)) options.push_back(m.option);
  const std::string last = options.back();
  options.pop_back();
  return options.empty() ? last : fmt::format("{} and {}", fmt::join(options, ", "), last);
}

// The one mode that the command line asks for. Throws Error (bad_request) where it asks for none or several.
const InspectMode& asked_for(const CLI::App& app, const std::vector<InspectMode>& modes,
                             const std::string& what) {
  const InspectMode* asked = nullptr;
  for (const InspectMode& m : modes) {
    if (m.option.empty() || !app.count(m.option)) continue;
    if (asked)
      throw Error(Exit::bad_request, fmt::format("{} are asked for one at a time",
                                                 options_of(modes, [](const InspectMode&) { return true; })));
    asked = &m;
  }
  if (asked && asked->takes == Takes::nothing && !what.empty())
    throw Error(
        Exit::bad_request,
        fmt::format("found '{}': {} take no type and no graph file", what,
                    options_of(modes, [](const InspectMode& m) { return m.takes == Takes::nothing; })));
  if (app.count("--seed") && !(asked && asked->draws))
    throw Error(Exit::bad_request,
                fmt::format("--seed is of what {} draws",
                            options_of(modes, [](const InspectMode& m) { return m.draws; })));
  if (asked && asked->takes == Takes::file_or_nothing && kind_of(what) == Takes::type)
    throw Error(Exit::bad_request, fmt::format("{} wants a graph file, or nothing", asked->option));
  if (asked && asked->takes == Takes::file && kind_of(what) != Takes::file)
    throw Error(Exit::bad_request, fmt::format("{} wants a graph file", asked->option));
  for (const InspectMode& m : modes)
    if (!asked && m.option.empty() && m.takes == kind_of(what)) asked = &m;
  return *asked;
}

Manual manual() {
  return {
      .paragraphs =
          {"Node types are found in the directories of --plugins, of GRAPH_RUNNER_PLUGINS, and in the "
           "standard "
           "one.",
           "With --quiet, a list is names alone, a type or a file one line, and of checks only what fails is "
           "shown."},
      .examples = {{"graph-inspect Linear", "Describe a node type"},
                   {"graph-inspect graphs/mlp.yaml", "Show the nodes of a graph, shapes and parameters"},
                   {"graph-inspect graphs/mlp.yaml --svg > mlp.svg", "Draw it"},
                   {"graph-inspect --new Swish", "Begin a node type of your own"},
                   {"graph-inspect --check build/Swish.so", "Put its plugin to the proof"}},
      .files = {{"PREFIX/lib/graph-runner/plugins", "the standard node plugins"}}};
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{
      "Inspects node types and graph files: lists and describes types, starts new ones, checks their "
      "plugins; "
      "summarises, draws or expands files; prints the format's schema.",
      "graph-inspect"};
  InspectRequest request;
  app.add_option("WHAT", request.what,
                 "A node type (Linear) or a graph file (graphs/mlp.yaml); nothing lists the types")
      ->type_name("");
  const std::vector<InspectMode> modes = all_modes();
  for (const InspectMode& mode : modes)
    if (!mode.option.empty()) add_option(app, mode, request.arguments);
  std::string seed = "1";
  app.add_option("--seed", seed, "Of what --check draws")->type_name("N");
  add_common(app, request.common);
  request.common.manual = manual();
  return cli::run(app, argc, argv, request.common, [&] {
    const InspectMode& mode = asked_for(app, modes, request.what);
    request.seed = parse_seed(seed);
    return mode.takes == Takes::nothing ? mode.run(request)
                                        : with_file_meant(request.what, [&] { return mode.run(request); });
  });
}
