// graph-runner FILE --evaluate: what a trained model is worth.
#include <fmt/format.h>

#include "tools/classes.hpp"
#include "tools/interruption.hpp"
#include "tools/saved_model.hpp"
#include "tools/terminal.hpp"
#include "tools/training_report.hpp"
#include "train/trainer.hpp"

namespace graph_runner::cli {

namespace {

constexpr std::size_t most_classes = 20;  // that a table on a terminal has room for

std::string matrix_text(const Confusion& c, const ClassScores& classes) {
  std::vector<std::vector<std::string>> rows{{"is \\ taken for"}};
  rows[0].insert(rows[0].end(), classes.names.begin(), classes.names.end());
  for (std::size_t truth = 0; truth < c.counts.size(); ++truth) {
    rows.push_back({classes.names[truth]});
    for (const std::int64_t n : c.counts[truth]) rows.back().push_back(n ? fmt::to_string(n) : ".");
  }
  return table(rows, std::string(c.counts.size() + 1, 'r'));
}

void print_confusion(const Common& common, const std::string& split, const Confusion& c,
                     const ClassScores& classes) {
  if (wants_events(common)) emit(common, confusion_event(split, c, classes));
  if (common.json) return;
  if (c.counts.size() <= most_classes)
    fmt::print("\nclasses by '{}', {}\n\n{}", classes.scores, split, matrix_text(c, classes));
  if (c.worst.empty()) return;
  fmt::print("\nworst mistakes, {}\n\n", split);
  std::vector<std::vector<std::string>> rows{{"sample", "is", "taken for", "by"}};
  for (const Confusion::Mistake& m : c.worst)
    rows.push_back({fmt::to_string(m.sample), classes.names[m.truth], classes.names[m.guess], number(m.by)});
  fmt::print("{}", table(rows, "rllr"));
}

}  // namespace

// Prints the means over each split, and how classes are told apart, of the data to test on where there are
// such.
int run_evaluate(RunJob& job) {
  const Common& common = job.options.common;
  if (!job.file.train)
    throw Error(Exit::bad_request, Place{job.file.source, 0, 0, 0},
                "--evaluate: the file has no 'train:', which says what values a model is judged by");
  ThreadPool pool(job.options.threads);
  const std::optional<Model> model = named_model(job);
  Trainer trainer = at_once([&] {
    return Trainer(job.graph, *job.file.train, job.file.data ? &*job.file.data : nullptr, job.file.folder(),
                   job.options.data, &pool, model ? &model->preparations : nullptr);
  });
  if (model) take_parameters(job, *model, trainer.parameters());
  say_untrained(job);
  for (const std::string split : split_names) {
    const Means means = at_once([&] { return trainer.evaluate(split); });
    if (means.empty()) continue;
    const std::size_t samples = trainer.task().evaluated(split).size();
    if (wants_events(common))
      emit(common,
           {{"event", "evaluation"}, {"split", split}, {"samples", samples}, {"means", means_json(means)}});
    if (common.json) continue;
    say("{} ({} samples)\n", means_text(split, means), grouped(static_cast<std::int64_t>(samples)));
  }
  const Dataset* data = trainer.test_data() ? trainer.test_data() : trainer.train_data();
  if (const auto classes = class_scores(job.file, job.graph); classes && data) {
    const std::vector<Prediction> found = at_once([&] {
      return trainer.predict({classes->scores, classes->labels}, *data);
    });
    print_confusion(common, data->split(), confusion(found[0], found[1], *data), *classes);
  }
  return 0;
}

}  // namespace graph_runner::cli
