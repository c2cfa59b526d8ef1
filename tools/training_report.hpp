// What a user sees of training: a kept line an epoch, a redrawn progress line on a terminal, or JSON events.
#pragma once

#include <chrono>
#include <string>

#include "tools/cli.hpp"
#include "train/trainer.hpp"

namespace graph_runner::cli {

class TrainingReport : public TrainingObserver {
 public:
  TrainingReport(const Common& common, bool quiet, std::int64_t epochs);
  bool wants_progress() override;
  void progress(const Progress& p) override;
  void epoch(const EpochReport& r) override;
  // Removes the progress line, if one is drawn.
  void clear();

 private:
  const Common& common_;
  bool quiet_, redraw_, drawn_ = false, headed_ = false;
  std::int64_t epochs_;
  std::chrono::steady_clock::time_point next_{};
};

// "0.9723", "1.2e-07": four significant digits.
std::string number(double x);
Json means_json(const Means& means);

}  // namespace graph_runner::cli
