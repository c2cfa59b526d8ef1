// graph-runner FILE with `sweep:` or --sweep: trains every combination of some settings, and shows which is
// best.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <mutex>
#include <optional>
#include <thread>

#include "file/sweep.hpp"
#include "tools/interruption.hpp"
#include "tools/run_task.hpp"
#include "tools/saved_model.hpp"
#include "tools/terminal.hpp"
#include "tools/training_report.hpp"
#include "train/trainer.hpp"
#include "train/trend.hpp"
#include "yaml/source_text.hpp"

namespace graph_runner::cli {

namespace {

// One combination, and what came of it.
struct SweepRun {
  std::vector<std::string> settings;  // "path=value"
  GraphFile file;
  std::optional<Graph> graph;
  TrainingResult result;
  std::vector<EpochReport> epochs;
  std::string hint, error;
  std::filesystem::path model;  // where it is saved; empty where it is not
  double seconds = 0;
  bool done = false, resumed = false;
};

class Trends : public TrainingObserver {
 public:
  explicit Trends(std::vector<EpochReport>& kept) : epochs(kept) {}
  void epoch(const EpochReport& r) override {
    trend.add(r.train[0].second);
    seconds += r.seconds;
    epochs.push_back(r);
  }
  std::vector<EpochReport>& epochs;
  LossTrend trend;
  double seconds = 0;
};

// All are read before the first runs, so that a mistake in one is found at once.
std::vector<SweepRun> read_runs(const RunJob& job, const std::vector<SweepAxis>& sweep) {
  std::vector<SweepRun> runs;
  const std::string text = text_of(*job.file.source);
  for (const std::vector<std::string>& settings : combinations(sweep)) {
    SweepRun& run = runs.emplace_back();
    run.settings = settings;
    try {
      run.file = read_run_text(text, job.file.path, job.registry, job.options, settings);
      run.graph.emplace(build_graph(run.file, job.registry));
    } catch (const Error& e) {
      std::vector<Problem> problems = e.problems();
      for (Problem& p : problems)
        p.message = fmt::format("with {}: {}", fmt::join(settings, ", "), p.message);
      throw Error(e.exit(), std::move(problems));
    }
  }
  return runs;
}

// Where a run begins that is not a new one: from a model, or from what it saved before, if it got so far.
void start(const RunJob& job, const Model* model, const Checkpoints* saved, Trainer& trainer, SweepRun& run) {
  if (model) take_parameters(job, *model, trainer.parameters());
  if (!saved) return;
  run.model = saved->model_file();
  if (!job.options.resume || !std::filesystem::exists(saved->state_file())) return;
  trainer.restore(saved->read(job.graph, trainer.parameters()));
  run.resumed = true;
}

// Trains one. What diverges is a row of the table; any other error is the sweep's.
void train(const RunJob& job, const Model* model, SweepRun& run, std::size_t number) {
  const RunJob own{.options = job.options,
                   .registry = job.registry,
                   .file = run.file,
                   .graph = *run.graph,
                   .critical = job.critical,
                   .claims = {},
                   .seed = run.file.train->seed};
  ThreadPool pool(job.options.threads);
  Trends trends(run.epochs);
  try {
    Trainer trainer(own.graph, *run.file.train, run.file.data ? &*run.file.data : nullptr, run.file.folder(),
                    job.options.data, &pool);
    const std::unique_ptr<Checkpoints> saved = checkpoints_of(own, number);
    start(own, model, saved.get(), trainer, run);
    run.result = trainer.run(trends, stop(), saved.get());
    run.hint = trends.trend.hint();
  } catch (const Error& e) {
    if (e.exit() != Exit::run_failed) throw;
    run.error = e.problems()[0].message;
  }
  run.seconds = trends.seconds;
  run.done = !run.result.interrupted;
}

// Two at a time, where the machine has processors for the threads of both: as threads of this process, which
// share what plugins and code take, and need no channel for results. Each is as deterministic as alone.
void train_all(const RunJob& job, std::vector<SweepRun>& runs, bool redraw) {
  const std::optional<Model> model = named_model(job);
  std::mutex mutex;
  std::size_t next = 0, finished = 0;
  std::exception_ptr failure;
  const auto work = [&] {
    while (true) {
      std::size_t at = 0;
      {
        const std::lock_guard lock(mutex);
        if (next == runs.size() || failure || interrupted()) return;
        at = next++;
        if (redraw) fmt::print(stderr, "\r{} of {} runs done\x1b[K", finished, runs.size());
      }
      try {
        train(job, model ? &*model : nullptr, runs[at], at + 1);
      } catch (...) {
        const std::lock_guard lock(mutex);
        if (!failure) failure = std::current_exception();
      }
      const std::lock_guard lock(mutex);
      ++finished;
    }
  };
  const auto processors = static_cast<int>(std::thread::hardware_concurrency());
  if (processors >= 2 * job.options.threads) {
    std::thread other(work);
    work();
    other.join();
  } else {
    work();
  }
  if (redraw) fmt::print(stderr, "\r\x1b[K");
  if (failure) std::rethrow_exception(failure);
}

// ---- The best of them, and what is printed

// By what runs are compared: a value, the first that is watched or else the minimized one, of the validation
// split; without one of the test split, or of the training data.
struct Criterion {
  std::string split, name;
  std::size_t value = 0;
  bool largest = false;

  double of(const SweepRun& run) const {
    double found = 0;
    for (const auto& [name_of, means] : splits_of(run.result.last))
      if (name_of == split) found = (*means)[value].second;
    return found;
  }
};

// `like` is a run that did not fail.
Criterion criterion_of(const SweepRun& like) {
  Criterion c;
  const EpochReport& r = like.result.last;
  c.split = !r.validation.empty() ? "validation" : !r.test.empty() ? "test" : "train";
  c.largest = r.train.size() > 1;
  c.value = c.largest ? 1 : 0;
  c.name = fmt::format("{}.{}", c.split, r.train[c.value].first);
  return c;
}

// The numbers of those that are done, the best first, those that failed last, in their order where equal; and
// by what they are compared.
std::vector<std::size_t> ranking(const std::vector<SweepRun>& runs, Criterion& c) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < runs.size(); ++i)
    if (runs[i].done) order.push_back(i);
  const auto fine =
      std::find_if(order.begin(), order.end(), [&](std::size_t i) { return runs[i].error.empty(); });
  if (fine != order.end()) c = criterion_of(runs[*fine]);
  const auto worth = [&](std::size_t i) {
    if (!runs[i].error.empty()) return -std::numeric_limits<double>::infinity();
    const double x = c.of(runs[i]);
    return c.largest ? x : -x;
  };
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return worth(a) > worth(b); });
  return order;
}

std::string value_of(const std::string& setting) { return setting.substr(setting.find('=') + 1); }

void print_table(const std::vector<SweepAxis>& sweep, const std::vector<SweepRun>& runs,
                 const std::vector<std::size_t>& order) {
  std::vector<std::vector<std::string>> rows{{"run"}};
  std::string columns = "r";
  for (const SweepAxis& axis : sweep) rows[0].push_back(axis.path), columns += 'l';
  const auto means = [](const EpochReport& report, auto&& each) {
    for (const auto& [split, all] : splits_of(report))
      for (const auto& [name, mean] : *all) each(fmt::format("{}.{}", split, name), mean);
  };
  if (!order.empty() && runs[order[0]].error.empty())
    means(runs[order[0]].result.last, [&](const std::string& name, double) { rows[0].push_back(name); });
  columns.resize(rows[0].size(), 'r');
  rows[0].emplace_back("seconds");
  columns += "rl";
  rows[0].emplace_back("");
  for (const std::size_t i : order) {
    const SweepRun& run = runs[i];
    std::vector<std::string>& row = rows.emplace_back();
    row.push_back(fmt::to_string(i + 1));
    for (const std::string& setting : run.settings) row.push_back(value_of(setting));
    if (run.error.empty())
      means(run.result.last, [&](const std::string&, double mean) { row.push_back(number(mean)); });
    row.resize(rows[0].size() - 2);
    row.push_back(fmt::format("{:.2f}", run.seconds));
    row.push_back(run.error.empty() ? run.hint : "failed: " + run.error);
  }
  fmt::print("{}", table(rows, columns));
}

void emit_events(const Common& common, const std::vector<SweepRun>& runs) {
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (!runs[i].done) continue;
    if (common.page)  // programs are told how runs ended alone
      for (const EpochReport& r : runs[i].epochs) common.page->take(epoch_event(r, i + 1).dump());
    Json settings = Json::object();
    for (const std::string& s : runs[i].settings) settings[s.substr(0, s.find('='))] = value_of(s);
    Json event{{"event", "run"}, {"run", i + 1}, {"settings", settings}};
    if (runs[i].error.empty()) {
      event.update(means_json(runs[i].result.last));
      if (!runs[i].hint.empty()) event["hint"] = runs[i].hint;
    } else {
      event["error"] = runs[i].error;
    }
    if (!runs[i].model.empty()) event["saved"] = runs[i].model.string();
    if (runs[i].resumed) event["resumed"] = true;
    event["seconds"] = runs[i].seconds;
    emit(common, event);
  }
}

void print_resumed(const std::vector<SweepRun>& runs) {
  const auto resumed =
      std::count_if(runs.begin(), runs.end(), [](const SweepRun& run) { return run.resumed; });
  if (resumed > 0) fmt::print("\n{} of {} runs went on from what they had saved\n", resumed, runs.size());
}

// The best one, by what it is the best, and whether it meets what the file requires.
void print_best(const RunJob& job, const SweepRun& run, std::size_t number_of, const Criterion& c) {
  const double found = c.of(run);
  if (wants_events(job.options.common))
    emit(job.options.common, {{"event", "sweep"},
                              {"file", job.file.path},
                              {"best", number_of},
                              {"by", c.name},
                              {"value", found},
                              {"ok", run.result.requirements_held()}});
  if (job.options.common.json) return;
  say("\nbest by {}: run {}, {} ({}){}\n", c.name, number_of, fmt::join(run.settings, ", "), number(found),
      run.model.empty() ? "" : fmt::format(", saved as {}", run.model.string()));
  if (c.split == "test")
    say("it was chosen by the test data, which flatter it: its {} is more than new data will give\n", c.name);
  print_requirements(run.result);
}

}  // namespace

// 1 where the best run does not meet the requirements, 3 where all have failed.
int run_sweep(RunJob& job) {
  std::vector<SweepAxis> sweep = job.file.sweep;
  if (!job.options.sweep.empty()) sweep.clear();
  for (const std::string& text : job.options.sweep) sweep.push_back(parse_sweep(text));
  if (!job.file.train)
    throw Error(Exit::bad_request,
                fmt::format("{}: a sweep trains, but the file has no 'train:'", job.file.path));
  const bool json = job.options.common.json;
  std::vector<SweepRun> runs = read_runs(job, sweep);
  if (!json && !job.options.common.quiet) fmt::print("{}\n\n", job.file.path);
  train_all(job, runs, !json && !job.options.common.quiet && is_terminal(2));
  Criterion c;
  const std::vector<std::size_t> order = ranking(runs, c);
  if (wants_events(job.options.common)) emit_events(job.options.common, runs);
  if (!json) print_table(sweep, runs, order), print_resumed(runs);
  if (const std::size_t left = runs.size() - order.size()) {
    const bool saved = !runs[0].model.empty();
    return say_interrupted(job.options.common,
                           fmt::format(": {} of {} runs not finished{}", left, runs.size(),
                                       saved ? "; --resume goes on with what was saved" : ""),
                           {{"not_finished", left}});
  }
  const SweepRun& best = runs[order[0]];
  if (!best.error.empty()) return static_cast<int>(Exit::run_failed);
  print_best(job, best, order[0] + 1, c);
  return static_cast<int>(best.result.requirements_held() ? Exit::ok : Exit::refuted);
}

}  // namespace graph_runner::cli
