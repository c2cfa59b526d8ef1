// graph-runner FILE…: does what each graph file declares. With `train:`, trains; with `check:` or `refuted:`,
// proves or refutes claims; with `critical:`, finds critical points; otherwise prints the values of its
// outputs. With `sweep:` or --sweep, trains every combination of some settings instead; with --derive, prints
// derivatives; with a folder of --claims, grades what lies in it.
#include <fmt/format.h>

#include <algorithm>
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
  if (page) {
    page->report.set_seed(seed);
    page->draw(file, built.graph);
  }
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

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Runs graph files: trains what they declare under 'train:', or prints their values.",
               "graph-runner"};
  RunOptions options;
  add_run_options(app, options);
  std::optional<ReportFile> page;
  return cli::run(app, argc, argv, options.common, [&] { return run_files(options, page); });
}
