// graph-runner FILE…: does what each graph file declares. With `train:`, trains; with `check:` or `refuted:`,
// proves or refutes claims; with `critical:`, finds critical points; otherwise prints the values of its
// outputs. With `sweep:` or --sweep, trains every combination of some settings instead; with --derive, prints
// derivatives; with a folder of --claims, grades what lies in it.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>

#include "file/claim_reader.hpp"
#include "tools/data_hint.hpp"
#include "tools/file_meant.hpp"
#include "tools/interruption.hpp"
#include "tools/outputs.hpp"
#include "tools/report_file.hpp"
#include "tools/run_task.hpp"
#include "tools/terminal.hpp"
#include "yaml/source_text.hpp"

using namespace graph_runner;
using namespace graph_runner::cli;

namespace graph_runner::cli {
// Each in a file of its own.
int run_derive(RunJob&), run_evaluate(RunJob&), run_continue(RunJob&), run_predict(RunJob&),
    run_sweep(RunJob&), run_training(RunJob&), run_gradebook(RunJob&), run_claims(RunJob&),
    run_critical(RunJob&), run_values(RunJob&);
}  // namespace graph_runner::cli

namespace {

// Whether --claims names answers to be graded.
bool grades_papers(const RunOptions& options) {
  std::error_code error;
  return !options.claims.empty() && (!options.gradebook.empty() || !options.gradescope.empty() ||
                                     std::filesystem::is_directory(options.claims, error));
}
bool has_claims(const RunJob& job) { return !job.claims.empty() || !job.options.claims.empty(); }

// In the order in which they are done.
constexpr RunTask tasks[] = {
    {.asked = [](const RunJob& job) { return !job.options.derive.empty(); },
     .run = run_derive,
     .alone = true},
    {.asked = [](const RunJob& job) { return job.options.evaluate; }, .run = run_evaluate, .alone = true},
    {.asked = [](const RunJob& job) { return job.options.prompt.has_value(); },
     .run = run_continue,
     .alone = true},
    {.asked = [](const RunJob& job) { return !job.options.predict.empty(); },
     .run = run_predict,
     .alone = true},
    {.asked = [](const RunJob& job) { return !job.options.sweep.empty() || !job.file.sweep.empty(); },
     .run = run_sweep,
     .alone = true},
    {.asked = [](const RunJob& job) { return grades_papers(job.options); },
     .run = run_gradebook,
     .alone = true},
    {.asked = [](const RunJob& job) { return job.file.train.has_value(); }, .run = run_training},
    {.asked = [](const RunJob& job) { return has_claims(job); }, .run = run_claims},
    {.asked =
         [](const RunJob& job) {
           // In an exam, what the file itself claims would give answers away.
           return !job.file.critical.empty() && job.options.claims.empty();
         },
     .run = run_critical},
    {.asked =
         [](const RunJob& job) { return !job.file.train && !has_claims(job) && job.file.critical.empty(); },
     .run = run_values},
};

// For the table behind several files.
struct FileVerdict {
  std::string file, tally;
  int code;
};

int run_tasks(RunJob& job) try {
  int worst = 0;
  for (const RunTask& task : tasks) {
    if (!task.asked(job)) continue;
    const int code = task.run(job);
    if (task.alone || code > 128) return code;
    worst = std::max(worst, code);
  }
  return worst;
} catch (const Error& e) {
  throw with_data_hint(e);
}

int run_file(const std::string& path, Registry& registry, const RunOptions& options,
             std::vector<FileVerdict>& verdicts, ReportFile* page) {
  const GraphFile file =
      at_once([&] { return read_run_text(read_text_file(path), path, registry, options); });
  std::uint64_t seed = 1;
  if (options.seed) seed = file.train ? file.train->seed : parse_seed(*options.seed);
  const BuiltGraph built = at_once([&] { return build_file(file, registry); });
  RunJob job{.options = options,
             .registry = registry,
             .file = file,
             .graph = built.graph,
             .critical = built.critical,
             .claims = file.claims,
             .seed = seed};
  if (!options.claims.empty() && !grades_papers(options) && options.derive.empty()) {
    job.claims.clear();
    try {
      job.claims = read_claims_file(options.claims);
    } catch (const Error& e) {
      if (e.exit() != Exit::bad_request) throw;
      job.unreadable = e;  // and the questions stay open
    }
  }
  try {
    keep_inputs(job);
  } catch (const Error&) {
    if (page) page->give_up();
    throw;
  }
  if (page) page->report.set_seed(seed);
  const int code = run_tasks(job);
  if (!job.tally.empty()) verdicts.push_back({.file = path, .tally = job.tally, .code = code});
  return code;
}

// The same, for a page.
int report_file(ReportFile& page, const std::string& path, const std::function<int()>& work) try {
  page.report.begin_file(path);
  const int code = work();
  page.report.end_file(code);
  return code;
} catch (const Error& e) {
  page.report.end_file(static_cast<int>(e.exit()));
  throw;
}

// One line a file, where there are several with claims.
void print_verdicts(const std::vector<FileVerdict>& verdicts) {
  if (verdicts.size() < 2) return;
  std::vector<std::vector<std::string>> rows;
  for (const FileVerdict& v : verdicts)
    rows.push_back({v.file, v.code == 0 ? "ok" : v.code > 128 ? "interrupted" : "FAILED", v.tally});
  fmt::print("\n{}", table(rows, "lll", 0));
}

// All of the command line's. `page` outlives what may be said of an error, which goes there too.
int run_files(RunOptions& options, std::optional<ReportFile>& page) {
  Registry registry(Registry::search_path(options.common.plugins));
  std::vector<FileVerdict> verdicts;
  options.common.several = options.files.size() > 1;
  if (!options.report.empty()) options.common.page = &page.emplace(options).report;
  const int code = for_each_file(options.files, options.common, [&](const std::string& path) {
    const auto work = [&] {
      return with_file_meant(
          path, [&] { return run_file(path, registry, options, verdicts, page ? &*page : nullptr); });
    };
    return page ? report_file(*page, path, work) : work();
  });
  if (!options.common.json && !options.common.quiet) print_verdicts(verdicts);
  if (page) page->write();
  return code;
}

// Where claims come from, and what is said of them.
void add_claim_options(CLI::App& app, RunOptions& options) {
  CLI::Option* claims =
      app.add_option("--claims", options.claims,
                     "Take the claims from FILE, which holds nothing else, instead of those of the graph "
                     "file; of a folder, grade each file in it")
          ->type_name("FILE");
  app.add_option("--gradebook", options.gradebook, "Write what each file of --claims earns as CSV")
      ->type_name("FILE")
      ->needs(claims);
  app.add_option(
         "--gradescope", options.gradescope,
         "Write what each earns as DIR/NAME/results.json for Gradescope; of one file, DIR/results.json")
      ->type_name("DIR")
      ->needs(claims);
  app.add_flag("--no-hints", options.no_hints, "Say of claims whether they hold, and no more: for exams");
}

// What is done with trained parameters.
void add_model_options(CLI::App& app, RunOptions& options) {
  const auto path = [&](const char* name, std::string& to, const char* meaning) {
    return app.add_option(name, to, meaning)->type_name("FILE");
  };
  const auto several = [&](const char* name, std::vector<std::string>& to, const char* meaning) {
    return app.add_option(name, to, meaning)->type_name("NAME=FILE")->allow_extra_args(false);
  };
  CLI::Option* saved =
      path("--save", options.save, "While training, save the model there, and FILE.resume to go on from");
  CLI::Option* resumed =
      app.add_flag("--resume", options.resume, "Go on with a run from what it saved, byte for byte");
  CLI::Option* loaded = path("--load", options.load, "Start from the parameters of a model that was saved");
  CLI::Option* matching = path("--load-matching", options.load_matching,
                               "The same, of those whose names and shapes the graph has too");
  CLI::Option* evaluated =
      app.add_flag("--evaluate", options.evaluate,
                   "Do not train: print the means of each split, and how classes are told apart");
  CLI::Option* predicted = several("--predict", options.predict,
                                   "Do not train: write a value for each sample to FILE.npy, FILE.csv or -");
  several("--input", options.input,
          "What --predict judges instead of the data to test on: a file, or what 'data:' takes, such as "
          "{file: my.png, centre: true}")
      ->needs(predicted);
  loaded->excludes(resumed)->excludes(matching);
  matching->excludes(resumed);
  evaluated->excludes(predicted);
  for (CLI::Option* other : {evaluated, predicted}) other->excludes(saved)->excludes(resumed);
  for (CLI::Option* other : {saved, resumed, evaluated, predicted}) other->excludes("--derive");
}

// How a network goes on with a text.
void add_prompt_options(CLI::App& app, RunOptions& options) {
  CLI::Option* prompt = app.add_option_function<std::string>(
      "--prompt", [&](const std::string& text) { options.prompt = text; },
      "With --predict NAME=FILE.txt or NAME=-, NAME the scores of what follows each character: go on with "
      "TEXT");
  prompt->type_name("TEXT")->needs("--predict")->excludes("--input");
  app.add_option("--length", options.length, "Characters that --prompt adds, 200 unless given")
      ->type_name("N")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1'000'000}))
      ->needs(prompt);
  app.add_option(
         "--temperature", options.temperature,
         "How freely --prompt chooses: 0 takes the likeliest character, 1, unless given, draws each as "
         "likely as the network says")
      ->type_name("T")
      ->check([](const std::string& text) {
        char* end = nullptr;
        const double t = std::strtod(text.c_str(), &end);
        return !text.empty() && *end == 0 && t >= 0 && std::isfinite(t)
                   ? ""
                   : fmt::format("found '{}', expected a number of at least 0", text);
      })
      ->needs(prompt);
}

Manual manual() {
  return {.paragraphs = {"What a file declares is done, in this order: with 'train:' it is trained, with "
                         "'check:' or 'refuted:' its "
                         "claims are judged, with 'critical:' critical points are sought; else its values "
                         "are printed. 'sweep:' and "
                         "--sweep train every combination of some settings instead.",
                         "A claim that holds was tried at random points, by exact derivatives, and a claim "
                         "that does not is told "
                         "with how it is wrong."},
          .examples =
              {{"graph-runner graphs/mlp.yaml", "Train a network, on data that tools/fetch-data has fetched"},
               {"graph-runner graphs/homework7/1-derivatives.yaml", "Judge the claims of an exercise"},
               {"graph-runner graphs/xor.yaml --set train.epochs=100 --seed 3", "Train with other settings"},
               {"graph-runner graphs/xor.yaml --report run.html", "See the curves of a run in a browser"},
               {"graph-runner model.yaml --save model --resume", "Go on with a run that was interrupted"},
               {"graph-runner f.yaml --derive f --at 'x = [0, pi/2]'", "Print a gradient and a Hessian"}},
          .files = {{"FILE", "a graph file; graphs/README.md is the format's reference"},
                    {"MODEL, MODEL.resume",
                     "what --save writes: parameters as safetensors, and all that --resume goes on from"}}};
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Runs graph files: trains what they declare under 'train:', or prints their values.",
               "graph-runner"};
  RunOptions options;
  app.add_option("FILE", options.files,
                 "Graph files (YAML), or - for standard input; graphs/README.md is the format's reference")
      ->required()
      ->type_name("");
  add_common(app, options.common);
  app.add_option(
         "--set", options.set,
         "Override a value of the file, as in --set train.epochs=3; lists and maps as YAML; repeatable")
      ->type_name("PATH=VALUE")
      ->allow_extra_args(false);
  app.add_option(
         "--sweep", options.sweep,
         "Train with each of several values of a setting, as in --sweep train.optimizer.rate=0.01,0.1, and "
         "show the best; repeatable: every combination")
      ->type_name("PATH=VALUES")
      ->allow_extra_args(false);
  app.add_option_function<std::string>(
         "--seed", [&](const std::string& text) { options.seed = text; },
         "Of training (overrides train.seed) and of the points at which claims are tried")
      ->type_name("N");
  app.add_option("--data", options.data, "Take relative data files from DIR instead of the file's data.root")
      ->type_name("DIR");
  app.add_option_function<std::string>(
         "--memory", [&](const std::string& text) { options.memory = text; },
         "Data that are larger are read from their files as they are needed; half of the machine's")
      ->type_name("BYTES");
  app.add_option("--threads", options.threads,
                 "Threads for large tensors, from 1 to 1024; results do not depend on it")
      ->type_name("N")
      ->check(CLI::Range(1, 1024));
  add_claim_options(app, options);
  CLI::Option* derived =
      app.add_option("--derive", options.derive,
                     "Print the value NAME, its gradient or Jacobian by all it depends on, and its Hessian")
          ->type_name("NAME")
          ->allow_extra_args(false);
  app.add_option("--at", options.at, "Where --derive derives, as in --at 'x = [0, pi/2], v = 2'")
      ->type_name("VALUES")
      ->allow_extra_args(false)
      ->needs(derived);
  add_model_options(app, options);
  add_prompt_options(app, options);
  app.add_option(
         "--report", options.report,
         "Write what came of it to FILE too, as a page for browsers that needs no other file: curves, "
         "tables, verdicts")
      ->type_name("FILE")
      ->excludes(derived)
      ->excludes("--predict");
  options.common.manual = manual();
  std::optional<ReportFile> page;
  return cli::run(app, argc, argv, options.common, [&] { return run_files(options, page); });
}
