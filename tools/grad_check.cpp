// grad-check FILE…: checks the backward of every node of a graph and of the graph as a whole; grad-check
// --type checks node types on their own.
#include <fmt/format.h>

#include <chrono>

#include "analysis/graph_check.hpp"
#include "analysis/type_check.hpp"
#include "claims/claim_program.hpp"
#include "core/atomic_file.hpp"
#include "file/graph_file.hpp"
#include "tools/check_report.hpp"
#include "tools/claim_report.hpp"
#include "tools/cli.hpp"
#include "tools/file_meant.hpp"
#include "tools/interruption.hpp"
#include "tools/outputs.hpp"
#include "tools/terminal.hpp"

using namespace graph_runner;
using namespace graph_runner::cli;

namespace {

struct Options {
  Common common;
  std::vector<std::string> files, types, set;
  bool all = false;
  std::string seed_text = "1";
  std::uint64_t seed = 1;
  std::int64_t draws = 100;
  std::string save_case;
};

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// Saves the first case that failed.
void save_case(const std::vector<NodeCheck>& checks, const Options& options) {
  if (options.save_case.empty()) return;
  for (const NodeCheck& n : checks) {
    if (n.failing_case.empty()) continue;
    write_whole_file(options.save_case, n.failing_case);
    if (!options.common.json)
      fmt::print(stderr, "saved the failing case of node '{}': grad-check {}\n", n.name, options.save_case);
    return;
  }
}

// What there is of claims; the exit code.
int check_claims_of(const GraphFile& file, const Graph& graph, Registry& registry, const Options& options) {
  const std::vector<ClaimSpec> claims = make_claims(file.claims, graph, file.rows, registry);
  if (!options.common.json && !options.common.quiet) fmt::print("\nclaims of ");
  const ClaimTally tally = print_claims(file.path, claims, check_claims(graph, claims, options.seed, stop()),
                                        {.quiet = options.common.quiet}, options.common);
  if (tally.unjudged)
    return say_interrupted(options.common,
                           fmt::format(": {} of {} claims not judged", tally.unjudged, claims.size()),
                           {{"not_judged", tally.unjudged}});
  return static_cast<int>(tally.exit());
}

int check_file(const std::string& path, Registry& registry, const Options& options) {
  const auto start = std::chrono::steady_clock::now();
  const GraphFile file = at_once([&] { return read_graph_file(path, registry, options.set); });
  const Graph graph = at_once([&] { return build_graph(file, registry); });
  GraphCheckRequest request;
  request.seed = options.seed;
  request.stop = stop();
  if (file.train) request.objective = graph.find(file.train->minimize.name, file.train->minimize.place);
  const GraphCheck check = check_graph(graph, request);
  print_check(path, options.seed, check, seconds_since(start), options.common);
  save_case(check.nodes, options);
  if (check.stopped)
    return say_interrupted(
        options.common,
        fmt::format(": {} not judged, stopped at point {} of {}", path, check.points, request.points),
        {{"points", check.points}});
  const int checked = static_cast<int>(check.ok() ? Exit::ok : Exit::refuted);
  if (file.claims.empty()) return checked;
  return std::max(checked, check_claims_of(file, graph, registry, options));
}

int check_types(Registry& registry, const Options& options) {
  const auto start = std::chrono::steady_clock::now();
  TypeCheckRequest request;
  request.seed = options.seed;
  request.draws = options.draws;
  request.stop = stop();
  std::vector<NodeCheck> checks;
  bool ok = true, any = false;
  std::size_t stopped = 0;
  for (const std::string& name : options.all ? registry.names() : options.types) {
    checks.push_back(check_type(registry.get(name), registry, request));
    ok = ok && checks.back().ok();
    any = any || checks.back().entries > 0;
    stopped += checks.back().stopped;
  }
  print_checks(checks, seconds_since(start), options.common);
  save_case(checks, options);
  if (stopped)
    return say_interrupted(options.common,
                           fmt::format(": {} of {} node types not judged", stopped, checks.size()),
                           {{"not_judged", stopped}});
  return static_cast<int>(ok && any ? Exit::ok : Exit::refuted);
}

Manual manual() {
  return {.paragraphs =
              {"At random points it compares the backward of each node with exact derivatives by dual "
               "numbers and "
               "with differences, goes along lines to find bends, and tries its float kernels and the "
               "contract of "
               "plugins. Then it does so for the gradient of the whole graph, and judges the file's claims.",
               "What is wrong is shown with the entry, the values of all methods, and what the mistake looks "
               "like."},
          .examples = {{"grad-check graphs/mlp.yaml",
                        "Check all gradients of a network; its data are not needed"},
                       {"grad-check --type Linear --type Softmax", "Check two node types"},
                       {"grad-check --all --quiet", "Check every node type; only what is wrong is printed"}},
          .files = {{"FILE", "a graph file; graphs/README.md is the format's reference"}}};
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Checks gradients: of every node of a graph and of the whole graph, or of node types alone.",
               "grad-check"};
  Options options;
  app.add_option("FILE", options.files, "Graph files (YAML); their data are not needed")->type_name("");
  app.add_option("--type", options.types, "Check a node type on its own, with random attributes and shapes")
      ->type_name("TYPE")
      ->allow_extra_args(false);
  app.add_flag("--all", options.all, "Check every node type that can be found");
  app.add_option("--draws", options.draws, "How many random nodes of each type, up to 1000000 (100)")
      ->type_name("N")
      ->check(CLI::Range(1, 1000000));
  app.add_option("--seed", options.seed_text, "Of the random points (1)")->type_name("N");
  app.add_option("--save-case", options.save_case,
                 "Where a node fails, write it alone, with its values, to FILE")
      ->type_name("FILE");
  app.add_option(
         "--set", options.set,
         "Override a value of the file, as in --set nodes.hidden.units=3; lists and maps as YAML; repeatable")
      ->type_name("PATH=VALUE")
      ->allow_extra_args(false);
  add_common(app, options.common);
  options.common.manual = manual();
  return cli::run(app, argc, argv, options.common, [&] {
    options.seed = parse_seed(options.seed_text);
    const bool types = options.all || !options.types.empty();
    if (types == !options.files.empty())
      throw Error(Exit::bad_request, "name graph files to check, or node types by --type or --all");
    Registry registry(Registry::search_path(options.common.plugins));
    if (!options.save_case.empty()) {
      keep_inputs("--save-case", options.save_case, {options.files.begin(), options.files.end()});
      keep_inputs("--save-case", options.save_case, registry.files());
    }
    if (types) return check_types(registry, options);
    options.common.several = options.files.size() > 1;
    return for_each_file(options.files, options.common, [&](const std::string& path) {
      return with_file_meant(path, [&] { return check_file(path, registry, options); });
    });
  });
}
