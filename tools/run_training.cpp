// graph-runner FILE with `train:`.
#include <fmt/format.h>

#include <tuple>

#include "tools/run_task.hpp"
#include "tools/summary.hpp"
#include "tools/training_report.hpp"
#include "train/trainer.hpp"

namespace graph_runner::cli {

namespace {

std::string describe(const OptimizerSpec& o) {
  std::string text = fmt::format("SGD, rate {}", o.rate);
  if (o.momentum != 0) text += fmt::format(", momentum {}", o.momentum);
  if (o.weight_decay != 0) text += fmt::format(", weight decay {}", o.weight_decay);
  return text;
}

void print_summary(const RunJob& job, const Trainer& trainer) {
  const auto& [file, graph, options] = std::tie(job.file, job.graph, job.options);
  const TrainSpec& t = *file.train;
  if (options.common.json) {
    Json event{{"event", "summary"}, {"file", file.path}};
    event.update(summary_json(graph, trainer.sizes()));
    if (trainer.train_data()) event["samples"]["train"] = trainer.train_data()->samples();
    if (trainer.validation_data()) event["samples"]["validation"] = trainer.validation_data()->samples();
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
    for (const auto& [split, use] : {std::pair(trainer.validation_data(), "to validate on"),
                                     std::pair(trainer.test_data(), "to test on")})
      if (split) {
        data += fmt::format(", {} {}", grouped(split->samples()), use);
        bytes += split->bytes();
      }
    if (bytes >= 1000000) data += fmt::format(" ({} MB)", bytes / 1000000);
    rows.push_back({"data", data});
  }
  rows.push_back({"objective", fmt::format("minimize the mean of '{}'", t.minimize.name)});
  rows.push_back({"optimizer", fmt::format("{}{}, {} epoch{}", describe(t.optimizer),
                                           trainer.train_data() ? fmt::format(", batch {}", t.batch) : "",
                                           grouped(t.epochs), t.epochs == 1 ? "" : "s")});
  rows.push_back({"seed", fmt::to_string(t.seed)});
  fmt::print("{}\n", table(rows, "ll"));
  std::fflush(stdout);
}

void print_result(const RunJob& job, const TrainingResult& result) {
  const auto& [file, options] = std::tie(job.file, job.options);
  if (options.common.json) {
    Json checked = Json::array();
    for (const Requirement& r : result.requirements)
      checked.push_back({{"requirement", r.text}, {"found", r.found}, {"holds", r.held}});
    print_json({{"event", "verdict"},
                {"file", file.path},
                {"ok", result.requirements_held()},
                {"checked", checked}});
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
}

}  // namespace

// With `train:`, trains; 1 where a requirement is not met, 130 or 143 where it was interrupted.
int run_training(RunJob& job) {
  const auto& [file, options] = std::tie(job.file, job.options);
  ThreadPool pool(options.threads);
  Trainer trainer(job.graph, *file.train, file.data ? &*file.data : nullptr, file.folder(), options.data,
                  &pool);
  warn(trainer.warnings(), options.common);
  print_summary(job, trainer);
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
  print_result(job, result);
  return static_cast<int>(result.requirements_held() ? Exit::ok : Exit::refuted);
}

}  // namespace graph_runner::cli
