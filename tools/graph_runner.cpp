// graph-runner FILE…: does what each graph file declares. With `train:`, trains; with `check:` or `refuted:`,
// proves or refutes claims; with `critical:`, finds critical points; otherwise prints the values of its
// outputs. With --derive, prints derivatives instead.
#include <fmt/format.h>

#include <filesystem>
#include <numeric>
#include <thread>

#include "analysis/evaluation.hpp"
#include "claims/claim_program.hpp"
#include "core/finite.hpp"
#include "file/graph_file.hpp"
#include "tools/claim_report.hpp"
#include "tools/cli.hpp"
#include "tools/critical_report.hpp"
#include "tools/derive.hpp"
#include "tools/summary.hpp"
#include "tools/training_report.hpp"
#include "train/trainer.hpp"

using namespace graph_runner;
using namespace graph_runner::cli;

namespace {

// For the table behind several files.
struct FileVerdict {
  std::string file, text;
  int code;
};

struct Options {
  Common common;
  std::vector<std::string> files, set, derive, at;
  std::string seed, data, claims;
  std::vector<FileVerdict> tallies;  // of each file with claims, as they come
  int threads = 1;
  bool quiet = false, no_hints = false;
};

std::filesystem::path folder_of(const std::string& file) {
  const std::filesystem::path folder = std::filesystem::path(file).parent_path();
  return folder.empty() ? "." : folder;
}

std::string describe(const OptimizerSpec& o) {
  std::string text = fmt::format("SGD, rate {}", o.rate);
  if (o.momentum != 0) text += fmt::format(", momentum {}", o.momentum);
  if (o.weight_decay != 0) text += fmt::format(", weight decay {}", o.weight_decay);
  return text;
}

void print_summary(const GraphFile& file, const Graph& graph, const Trainer& trainer,
                   const Options& options) {
  const TrainSpec& t = *file.train;
  if (options.common.json) {
    Json event{{"event", "summary"}, {"file", file.path}};
    event.update(summary_json(graph, trainer.sizes()));
    if (trainer.train_data()) event["samples"]["train"] = trainer.train_data()->samples();
    if (trainer.test_data()) event["samples"]["test"] = trainer.test_data()->samples();
    event["objective"] = t.minimize.name;
    event["batch"] = t.batch;
    event["epochs"] = t.epochs;
    event["seed"] = t.seed;
    return print_json(event);
  }
  if (options.quiet) return;
  fmt::print("{}\n\n{}\n", file.path, summary_text(graph, trainer.sizes()));
  std::vector<std::vector<std::string>> rows;
  if (trainer.train_data()) {
    std::string data = fmt::format("{} samples to train on", grouped(trainer.train_data()->samples()));
    std::size_t bytes = trainer.train_data()->bytes();
    if (trainer.test_data()) {
      data += fmt::format(", {} to test on", grouped(trainer.test_data()->samples()));
      bytes += trainer.test_data()->bytes();
    }
    if (bytes >= 1000000) data += fmt::format(" ({} MB)", bytes / 1000000);
    rows.push_back({"data", data});
  }
  rows.push_back({"objective", fmt::format("minimize the mean of '{}'", t.minimize.name)});
  rows.push_back({"optimizer", fmt::format("{}{}, {} epoch{}", describe(t.optimizer),
                                           trainer.train_data() ? fmt::format(", batch {}", t.batch) : "",
                                           grouped(t.epochs), t.epochs == 1 ? "" : "s")});
  rows.push_back({"seed", fmt::to_string(t.seed)});
  fmt::print("{}\n", table(rows, {false, false}));
  std::fflush(stdout);
}

int train(const GraphFile& file, const Graph& graph, const Options& options) {
  ThreadPool pool(options.threads);
  Trainer trainer(graph, *file.train, file.data ? &*file.data : nullptr, folder_of(file.path), options.data,
                  &pool);
  warn(trainer.warnings(), options.common);
  print_summary(file, graph, trainer, options);
  TrainingReport report(options.common, options.quiet, file.train->epochs);
  TrainingResult result;
  try {
    result = trainer.run(report, watch_interruption());
  } catch (...) {
    report.clear();
    throw;
  }
  report.clear();
  if (result.interrupted) {
    const std::string message = fmt::format("interrupted in epoch {}", result.last.epoch);
    options.common.json ? print_json({{"event", "interrupted"}, {"epoch", result.last.epoch}})
                        : fmt::print(stderr, "{}\n", message);
    return interruption_code();
  }
  const bool held = result.requirements_held();
  if (options.common.json) {
    Json checked = Json::array();
    for (const Requirement& r : result.requirements)
      checked.push_back({{"requirement", r.text}, {"found", r.found}, {"holds", r.held}});
    print_json({{"event", "verdict"}, {"file", file.path}, {"ok", held}, {"checked", checked}});
  } else {
    std::string line;
    const Means& means = result.last.test.empty() ? result.last.train : result.last.test;
    for (const auto& [name, mean] : means)
      line += fmt::format("{}{}.{} {}", line.empty() ? "" : ", ", result.last.test.empty() ? "train" : "test",
                          name, number(mean));
    fmt::print("{}after epoch {}: {}\n", options.quiet ? "" : "\n", result.last.epoch, line);
    for (const Requirement& r : result.requirements)
      fmt::print("required {}: {} ({:.6g})\n", r.text, r.held ? "met" : "NOT MET", r.found);
  }
  return static_cast<int>(held ? Exit::ok : Exit::refuted);
}

// Prints the outputs that no node reads, for the samples given under `data.train` and the values that inputs
// declare.
int print_values(const GraphFile& file, const Graph& graph, const Options& options) {
  SizeValues sizes;
  std::unique_ptr<Dataset> data;
  const std::vector<bool> needed = graph.reaching(graph.sinks());
  if (file.data) {
    data = std::make_unique<Dataset>(
        graph, *file.data->find("train"),
        options.data.empty() ? folder_of(file.path) / file.data->root : std::filesystem::path(options.data),
        sizes);
    warn(data->outside_domains(graph), options.common);
    sizes[data->sample_axis()] = data->samples();
  }
  for (const ValueId v : graph.inputs()) {
    const Value& input = graph.values()[v];
    if (!needed[v] || !input.given.empty() || (data && data->feeds(v))) continue;
    if (data)
      throw Error(Exit::bad_request, input.place,
                  fmt::format("data.train does not feed the input '{}'", input.name));
    throw Error(
        Exit::bad_request, Place{file.source, 0, 0, 0},
        fmt::format("there is nothing to do: the file has neither 'train:' nor, to compute values, 'data:' "
                    "or a 'value:' for its input '{}'",
                    input.name));
  }
  PlanRequest request;
  request.sizes = sizes;
  request.keep = graph.sinks();
  const auto compute = [&] {
    auto made = std::make_unique<Evaluation>(graph, request);
    made->parameters.initialise(graph, sizes, 1);
    if (data) {
      std::vector<std::uint32_t> rows(static_cast<std::size_t>(data->samples()));
      std::iota(rows.begin(), rows.end(), 0u);
      data->fetch(rows, made->workspace);
    }
    made->workspace.load_given();
    walk_forward(made->workspace);
    return made;
  };
  const std::unique_ptr<Evaluation> e = compute();
  for (const ValueId v : request.keep) {
    if (first_not_finite(e->workspace.value(v)) < 0) continue;
    request.reuse_memory = false;
    const std::optional<Problem> began = find_not_finite(compute()->workspace);
    const Value& value = graph.values()[v];
    throw Error(Exit::run_failed, began ? began->place : value.place,
                fmt::format("the value of '{}' is not finite{}", value.name,
                            began ? "; it began with " + began->message : ""));
  }
  for (const ValueId v : request.keep) {
    const Tensor t = e->workspace.value(v);
    if (options.common.json) {
      Json entries = Json::array();
      for (std::int64_t i = 0; i < t.entries; ++i) entries.push_back(t.at(i));
      print_json(
          {{"event", "value"}, {"name", graph.values()[v].name}, {"shape", *t.shape}, {"entries", entries}});
      continue;
    }
    fmt::print("{} {}\n{}", graph.values()[v].name, to_string(*t.shape), entries_text(*t.shape, read(t)));
  }
  return 0;
}

// Proves or refutes claims.
int prove(const GraphFile& file, const Graph& graph, const std::vector<ClaimText>& texts, Registry& registry,
          Options& options) {
  std::vector<ClaimText> asked = texts;
  // What a student's file does not answer stays open.
  if (!options.claims.empty())
    for (const auto& question : unanswered(file.claims, texts, graph)) asked.push_back(question);
  const std::vector<ClaimSpec> claims = make_claims(asked, graph, file.rows, registry);
  const std::uint64_t seed = options.seed.empty() ? 1 : std::strtoull(options.seed.c_str(), nullptr, 10);
  const std::vector<ClaimResult> results = check_claims(graph, claims, seed);
  const ClaimTally tally =
      print_claims(file.path, claims, results, !options.no_hints, options.quiet, options.common);
  options.tallies.push_back({file.path, tally_text(tally), 0});
  return static_cast<int>(tally.exit());
}

// One line a file, where there are several with claims.
void print_tallies(const Options& options) {
  if (options.tallies.size() < 2 || options.common.json) return;
  std::vector<std::vector<std::string>> rows;
  for (const FileVerdict& v : options.tallies)
    rows.push_back({v.file, v.code == 0 ? "ok" : "FAILED", v.text});
  fmt::print("\n{}", table(rows, {false, false, false}, 0));
}

int run_file(const std::string& path, Registry& registry, Options& options) {
  GraphFile file = read_graph_file(path, registry, options.set);
  if (file.train && !options.seed.empty()) {
    std::vector<std::string> overrides = options.set;
    overrides.push_back("train.seed=" + options.seed);
    file = read_graph_file(path, registry, overrides);
  }
  const BuiltGraph built = build_file(file, registry);
  const Graph& graph = built.graph;
  if (!options.derive.empty()) {
    derive(file, graph, options.derive, options.at, options.common);
    return 0;
  }
  std::vector<ClaimText> claims = file.claims;
  if (!options.claims.empty()) claims = read_claims_file(options.claims);
  int code = 0;
  if (file.train) code = train(file, graph, options);
  if (code > 128) return code;
  if (!claims.empty()) code = std::max(code, prove(file, graph, claims, registry, options));
  const bool exam = !options.claims.empty();  // what the file itself claims would give answers away
  if (!file.critical.empty() && !exam) {
    const bool alone = !file.train && claims.empty();
    if (!options.common.json && !options.quiet) fmt::print("{}\n", alone ? path + "\n" : "");
    const bool held = run_critical(file, built, options.quiet, options.common);
    code = std::max(code, static_cast<int>(held ? Exit::ok : Exit::refuted));
  }
  if (!file.train && claims.empty() && file.critical.empty()) code = print_values(file, graph, options);
  if (!claims.empty()) options.tallies.back().code = code;
  return code;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Runs graph files: trains what they declare under 'train:', or prints their values.",
               "graph-runner"};
  Options options;
  app.add_option("FILE", options.files, "Graph files (YAML); graphs/README.md is the format's reference")
      ->required()
      ->type_name("");
  add_common(app, options.common);
  app.add_option("--set", options.set,
                 "Override a scalar of the file, as in --set train.epochs=3; repeatable")
      ->type_name("PATH=VALUE")
      ->allow_extra_args(false);
  app.add_option("--seed", options.seed,
                 "Of training (overrides train.seed) and of the points at which claims are tried")
      ->type_name("N");
  app.add_option("--data", options.data, "Take relative data files from DIR instead of the file's data.root")
      ->type_name("DIR");
  app.add_option("--threads", options.threads, "Threads for large tensors; results do not depend on it")
      ->type_name("N")
      ->check(CLI::Range(1, 1024));
  app.add_option("--claims", options.claims,
                 "Take the claims from FILE, which holds nothing else, instead of those of the graph file")
      ->type_name("FILE");
  app.add_flag("--no-hints", options.no_hints, "Say of claims whether they hold, and no more: for exams");
  CLI::Option* derived =
      app.add_option("--derive", options.derive,
                     "Print the value NAME, its gradient or Jacobian by all it depends on, and its Hessian")
          ->type_name("NAME")
          ->allow_extra_args(false);
  app.add_option("--at", options.at, "Where --derive derives, as in --at 'x = [0, pi/2], v = 2'")
      ->type_name("VALUES")
      ->allow_extra_args(false)
      ->needs(derived);
  app.add_flag("--quiet", options.quiet, "Print the result alone");
  return cli::run(app, argc, argv, options.common, [&] {
    Registry registry(Registry::search_path(options.common.plugins));
    const int code =
        for_each_file(options.files, options.common, options.quiet,
                      [&](const std::string& path) { return run_file(path, registry, options); });
    print_tallies(options);
    return code;
  });
}
