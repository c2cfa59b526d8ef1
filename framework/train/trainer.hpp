// The training loop: epochs of steps (fetch, forward, loss check, backward, update), and evaluation on the
// validation and test splits.
#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "train/optimizer.hpp"
#include "train/task.hpp"

namespace graph_runner {

class NotFiniteTrace;

// The means of the minimized and the watched values, by name, in the order minimized, watched.
using Means = std::vector<std::pair<std::string, double>>;

struct EpochReport {
  std::int64_t epoch = 0;  // from 1
  Means train;             // over the epoch's steps, each before its update
  Means validation, test;  // after the epoch; empty without such a split
  double seconds = 0;      // of training alone
  double samples_per_second = 0;
};

struct Progress {
  std::int64_t epoch = 0, epochs = 0;
  std::int64_t done = 0, samples = 0;  // samples of this epoch; steps where there are no data
  Means means;                         // of the epoch so far
  double seconds = 0;                  // of this epoch so far
};

// What training tells while it runs. Called on the training thread.
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
  bool requirements_held() const {
    for (const Requirement& r : requirements)
      if (!r.held) return false;
    return true;
  }
};

class Trainer {
 public:
  // Loads the data, plans, and draws the initial parameters. `folder` is where relative data roots start;
  // `root`, where not empty, replaces the file's. Keeps references to the graph, the spec and the pool.
  // Throws Error.
  Trainer(const Graph& graph, const TrainSpec& spec, const DataSpec* data,
          const std::filesystem::path& folder, const std::filesystem::path& root = {},
          ThreadPool* pool = nullptr);

  // Trains for the spec's epochs; `stop` ends it after the current step. Throws Error (run_failed) where the
  // loss or a parameter is not finite, naming the first node and entry that are not.
  TrainingResult run(TrainingObserver& observer, const std::atomic<bool>& stop);
  // The same in silence and to the end.
  TrainingResult run();

  const Dataset* train_data() const { return task_.train.get(); }
  const Dataset* validation_data() const { return task_.validation.get(); }
  const Dataset* test_data() const { return task_.test.get(); }
  const SizeValues& sizes() const { return task_.sizes; }
  const Parameters& parameters() const { return parameters_; }
  // Nodes and parameters that nothing asked for needs, and data outside a port's domain.
  const std::vector<Problem>& warnings() const { return task_.warnings; }

 private:
  // A plan for one number of samples, and its memory.
  struct Program {
    std::unique_ptr<Plan> plan;
    std::unique_ptr<Workspace> workspace;
    std::int64_t samples = 0;
  };
  // Of what is observed.
  struct Sums {
    explicit Sums(std::size_t values);
    std::vector<double> totals;
    std::vector<std::int64_t> entries;
  };

  Program program(std::int64_t samples, bool training);
  // The one of so many samples; null where there is none.
  static Program* program_of(std::vector<Program>& programs, std::int64_t samples);
  void step(Program& p, std::span<const std::uint32_t> rows, Sums& sums);
  EpochReport train_epoch(std::span<const std::uint32_t> order, TrainingObserver& observer,
                          const std::atomic<bool>& stop);
  Means evaluate(const Dataset& data);
  void collect(const Workspace& w, Sums& sums) const;
  Means means(const Sums& sums) const;
  Requirement judge(const RequirementSpec& r, const EpochReport& last) const;
  // What is not finite ends the run, and is traced to where it began.
  NotFiniteTrace trace();
  void check_parameters();

  TrainingTask task_;
  Parameters parameters_;
  Optimizer optimizer_;
  // For a whole batch, and for the smaller last one of each split.
  std::vector<Program> training_, evaluation_;
  std::shared_ptr<Buffer> arena_;
  TrainingPlace place_;
  TrainingState start_;  // of the epoch, to go through its steps once more
};

}  // namespace graph_runner
