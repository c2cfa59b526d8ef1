// graph-runner FILE with `train:`.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <tuple>

#include "tools/describe.hpp"
#include "tools/interruption.hpp"
#include "tools/run_task.hpp"
#include "tools/saved_model.hpp"
#include "tools/summary.hpp"
#include "tools/terminal.hpp"
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

Json summary_event(const RunJob& job, const Trainer& trainer) {
  const TrainSpec& t = *job.file.train;
  Json event{{"event", "summary"}, {"file", job.file.path}};
  event.update(summary_json(job.graph, trainer.sizes(), job.file.uses));
  if (trainer.train_data()) event["samples"]["train"] = trainer.train_data()->samples();
  if (trainer.validation_data()) event["samples"]["validation"] = trainer.validation_data()->samples();
  if (trainer.test_data()) event["samples"]["test"] = trainer.test_data()->samples();
  event["objective"] = t.minimize.name;
  event["optimizer"] = describe(t.optimizer);
  event["batch"] = t.batch;
  event["epochs"] = t.epochs;
  event["seed"] = t.seed;
  return event;
}

void print_summary(const RunJob& job, const Trainer& trainer) {
  const auto& [file, graph, options] = std::tie(job.file, job.graph, job.options);
  const TrainSpec& t = *file.train;
  if (wants_events(options.common)) emit(options.common, summary_event(job, trainer));
  if (options.common.json || options.common.quiet) return;
  fmt::print("{}\n\n{}\n", file.path, summary_text(graph, trainer.sizes(), file.uses));
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
  if (const std::int64_t n = trainer.task().samples(), of = std::min(n, t.evaluate_train); of < n)
    rows.push_back(
        {"evaluation",
         fmt::format("after each epoch, train on {} of its samples, drawn by the seed", grouped(of))});
  rows.push_back({"seed", fmt::to_string(t.seed)});
  fmt::print("{}\n", table(rows, "ll"));
  check_output();
}

// By what the means over the samples to train on are above those over the others.
Means gaps(const EpochReport& report) {
  const Means& other = report.test.empty() ? report.validation : report.test;
  Means gap;
  for (std::size_t i = 0; i < other.size(); ++i)
    gap.emplace_back(other[i].first, report.train[i].second - other[i].second);
  return gap;
}

Json result_event(const RunJob& job, const TrainingResult& result, const std::string& hint) {
  Json checked = Json::array();
  for (const Requirement& r : result.requirements)
    checked.push_back({{"requirement", r.text}, {"found", r.found}, {"holds", r.held}});
  Json event{{"event", "verdict"}, {"file", job.file.path}, {"ok", result.requirements_held()}};
  event["epoch"] = result.last.epoch;
  event.update(means_json(result.last));
  if (const Means gap = gaps(result.last); !gap.empty()) event["gap"] = means_json(gap);
  for (const auto& [name, best] : result.best)
    event["best"][name] = {{"epoch", best.epoch}, {"found", best.value}};
  event["checked"] = checked;
  if (!hint.empty()) event["hint"] = hint;
  return event;
}

void print_result(const RunJob& job, const Trainer& trainer, const TrainingResult& result,
                  const std::string& hint) {
  const auto& [file, options] = std::tie(job.file, job.options);
  if (wants_events(options.common)) emit(options.common, result_event(job, result, hint));
  if (options.common.json) return;
  const EpochReport& last = result.last;
  std::string line = means_text("train", last.train);
  if (trainer.train_data() && last.train_samples < trainer.train_data()->samples())
    line += fmt::format(" (of {} samples)", grouped(last.train_samples));
  for (const char* split : {"validation", "test"})
    if (const Means& means = last.of(split); !means.empty()) line += ", " + means_text(split, means);
  say("{}after epoch {}: {}\n", options.common.quiet ? verdict_of(options.common, file.path) : "\n",
      last.epoch, line);
  const char* other = last.test.empty() ? "validation" : "test";
  for (const auto& [name, gap] : gaps(last)) say("gap of {}: {} (train - {})\n", name, number(gap), other);
  if (result.out_of_patience)
    say("stopped: {} has not become better for {} epoch{}\n", file.train->stop->watch.name(),
        file.train->stop->patience, file.train->stop->patience == 1 ? "" : "s");
  for (const auto& [name, best] : result.best)
    say("best {}: {}, after epoch {}\n", name, number(best.value), best.epoch);
  print_requirements(result);
  if (!hint.empty()) say("hint: {}\n", hint);
}

std::string all_means_text(const EpochReport& report) {
  std::vector<std::string> parts;
  for (const auto& [split, means] : splits_of(report))
    if (!means->empty()) parts.push_back(means_text(split, *means));
  return fmt::format("{}", fmt::join(parts, ", "));
}

int say_interruption(const RunJob& job, const TrainingResult& result, const Checkpoints* saved) {
  const TrainingPlace& at = result.place;
  const Common& common = job.options.common;
  if (!common.json && result.last.epoch > 0)
    say("{}after epoch {}: {}\n", common.quiet ? verdict_of(common, job.file.path) : "\n", result.last.epoch,
        all_means_text(result.last));
  Json details{{"epoch", at.epoch}, {"step", at.step}};
  if (saved) details["saved"] = saved->state_file().string();
  return say_interrupted(
      common,
      fmt::format(" in epoch {}, after step {}{}", at.epoch, at.step,
                  saved ? fmt::format("; --resume goes on from {}", saved->state_file().string()) : ""),
      details);
}

// Says where a run begins that is not a new one.
void start(const RunJob& job, Trainer& trainer, const Checkpoints* saved) {
  if (const std::optional<Model> model = named_model(job)) take_parameters(job, *model, trainer.parameters());
  if (!job.options.resume) return;
  trainer.restore(saved->read(job.graph, trainer.parameters()));
  const TrainingPlace& at = trainer.place();
  if (job.options.common.json)
    print_json({{"event", "resumed"},
                {"epoch", at.epoch},
                {"step", at.step},
                {"file", saved->state_file().string()}});
  else if (!job.options.common.quiet)
    fmt::print("resumed in epoch {}, after step {}, from {}\n\n", at.epoch, at.step,
               saved->state_file().string());
}

}  // namespace

// With `train:`, trains; 1 where a requirement is not met, 130 or 143 where it was interrupted.
int run_training(RunJob& job) {
  const auto& [file, options] = std::tie(job.file, job.options);
  ThreadPool pool(options.threads);
  Trainer trainer = at_once([&] {
    return Trainer(job.graph, *file.train, file.data ? &*file.data : nullptr, file.folder(), options.data,
                   &pool);
  });
  const std::unique_ptr<Checkpoints> saved = checkpoints_of(job);
  warn(trainer.warnings(), options.common);
  print_summary(job, trainer);
  start(job, trainer, saved.get());
  TrainingReport report(options.common, options.common.quiet, file.train->epochs);
  TrainingResult result;
  try {
    result = trainer.run(report, stop(), saved.get());
  } catch (...) {
    report.clear();
    throw;
  }
  report.clear();
  report.say_left_out();
  if (result.interrupted) return say_interruption(job, result, saved.get());
  report.draw_losses();
  print_result(job, trainer, result, report.hint());
  return static_cast<int>(result.requirements_held() ? Exit::ok : Exit::refuted);
}

}  // namespace graph_runner::cli
