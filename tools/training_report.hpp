// What a user sees of training: a kept line an epoch, a redrawn progress line on a terminal, or JSON events.
#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "report/html.hpp"
#include "tools/cli.hpp"
#include "tools/spark.hpp"
#include "train/trainer.hpp"
#include "train/trend.hpp"

namespace graph_runner::cli {

class TrainingReport : public TrainingObserver {
 public:
  TrainingReport(const Common& common, bool quiet, std::int64_t epochs);
  bool wants_progress() override;
  void progress(const Progress& p) override;
  void epoch(const EpochReport& r) override;
  // What the losses so far say of the rate, or "".
  std::string hint() const { return trend_.hint(); }
  // Removes the progress line, if one is drawn.
  void clear();
  // Says how many of the epochs had no line, if any.
  void say_left_out() const;
  // Draws the mean losses of training by epochs, on a terminal whose characters are UTF-8.
  void draw_losses() const;

 private:
  const Common& common_;
  void print_line(const std::vector<std::string>& cells) const;

  bool quiet_, redraw_, drawn_ = false;
  std::int64_t epochs_, left_out_ = 0;
  std::vector<std::string> heads_;  // of the table, once it has begun
  LossTrend trend_;
  SparkLine losses_;
  std::string loss_;  // what it is called
  std::chrono::steady_clock::time_point next_{};
};

// The splits by name, with the means of each; none where there is no such split.
std::vector<std::pair<const char*, const Means*>> splits_of(const EpochReport& report);
// The means of those that have some.
Json means_json(const EpochReport& report);
// The event of an epoch; of a run of a sweep, with its number.
Json epoch_event(const EpochReport& report, std::size_t run = 0);

// "train.loss 0.0712, train.hits 0.9801".
std::string means_text(const std::string& split, const Means& means);
// A line for each: whether it is met, and by what.
void print_requirements(const TrainingResult& result);

Json means_json(const Means& means);

}  // namespace graph_runner::cli
