// What training tells of itself while it runs and when it is done.
#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "train/task.hpp"

namespace graph_runner {

// After an epoch, all with the parameters as it left them and dropout off.
struct EpochReport {
  std::int64_t epoch = 0;          // from 1
  Means train, validation, test;   // empty without such a split
  std::int64_t train_samples = 0;  // over how many `train` is evaluated
  double seconds = 0;              // of training alone
  double samples_per_second = 0;

  const Means& of(const std::string& split) const {
    return split == "test" ? test : split == "validation" ? validation : train;
  }
  // NaN where it is not there.
  double mean(const SplitValue& v) const {
    for (const auto& [name, mean] : of(v.split))
      if (name == v.value) return mean;
    return NAN;
  }
};

struct Progress {
  std::int64_t epoch = 0, epochs = 0;
  std::int64_t done = 0, samples = 0;  // samples of this epoch; steps where there are no data
  Means means;                         // running: over the epoch's steps so far, each before its update
  double seconds = 0;                  // of this epoch so far
};

// Called on the training thread.
class TrainingObserver {
 public:
  virtual ~TrainingObserver() = default;
  virtual bool wants_progress() { return false; }  // asked after every step: must be quick
  virtual void progress(const Progress&) {}
  virtual void epoch(const EpochReport&) {}
};

struct Requirement {
  std::string text;  // "test.hits >= 0.97"
  double found = 0;
  bool held = false;
};

struct TrainingResult {
  EpochReport last;
  std::vector<Requirement> requirements;
  bool interrupted = false;
  bool out_of_patience = false;  // ended by `stop`
  TrainingPlace place;           // where it ended
  std::map<std::string, Best> best;
  bool requirements_held() const {
    for (const Requirement& r : requirements)
      if (!r.held) return false;
    return true;
  }
};

}  // namespace graph_runner
