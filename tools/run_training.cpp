// graph-runner FILE with `train:`.
#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "tools/describe.hpp"
#include "tools/run_task.hpp"
#include "tools/summary.hpp"
#include "tools/training_report.hpp"
#include "train/trainer.hpp"

namespace graph_runner::cli {

namespace {

// "SGD, rate 0.1, momentum 0.9": what is not as by default.
std::string describe(const OptimizerSpec& o) {
  std::string text = fmt::format("{}, rate {}", o.type->name(),
                                 o.rate.formula ? o.rate.text : fmt::format("{}", o.rate.constant));
  for (std::size_t i = 0; i < o.attributes.size(); ++i) {
    const Attribute& a = o.type->attributes()[i];
    const Json value = json_of(a, o.attributes[i]);
    if (value == json_of(a, a.initial)) continue;
    std::string name = a.name;
    std::replace(name.begin(), name.end(), '_', ' ');
    text += value == Json(true) ? ", " + name : fmt::format(", {} {}", name, value.dump());
  }
  if (o.clip.kind != ClipSpec::none)
    text += fmt::format(", gradients clipped to {} {}", o.clip.kind == ClipSpec::norm ? "norm" : "value",
                        o.clip.most);
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

void print_result(const RunJob& job, const TrainingResult& result, const std::string& hint) {
  const auto& [file, options] = std::tie(job.file, job.options);
  if (options.common.json) {
    Json checked = Json::array();
    for (const Requirement& r : result.requirements)
      checked.push_back({{"requirement", r.text}, {"found", r.found}, {"holds", r.held}});
    Json event{
        {"event", "verdict"}, {"file", file.path}, {"ok", result.requirements_held()}, {"checked", checked}};
    if (!hint.empty()) event["hint"] = hint;
    print_json(event);
  } else {
    std::string line;
    const Means& means = result.last.test.empty() ? result.last.train : result.last.test;
    for (const auto& [name, mean] : means)
      line += fmt::format("{}{}.{} {}", line.empty() ? "" : ", ", result.last.test.empty() ? "train" : "test",
                          name, number(mean));
    fmt::print("{}after epoch {}: {}\n", options.quiet ? "" : "\n", result.last.epoch, line);
    for (const Requirement& r : result.requirements)
      fmt::print("required {}: {} ({:.6g})\n", r.text, r.held ? "met" : "NOT MET", r.found);
    if (!hint.empty()) fmt::print("hint: {}\n", hint);
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
  print_result(job, result, report.hint());
  return static_cast<int>(result.requirements_held() ? Exit::ok : Exit::refuted);
}

}  // namespace graph_runner::cli
