// The training loop: epochs of steps (fetch, forward, loss check, backward, update), and evaluation on the
// test split.
#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/finite.hpp"
#include "core/graph.hpp"
#include "core/walk.hpp"
#include "data/dataset.hpp"
#include "train/optimizer.hpp"
#include "train/train_spec.hpp"

namespace graph_runner {

// The means of the minimized and the watched values, by name, in the order minimized, watched.
using Means = std::vector<std::pair<std::string, double>>;

struct EpochReport {
  std::int64_t epoch = 0;  // from 1
  Means train;             // over the epoch's steps, each before its update
  Means test;              // after the epoch; empty without a test split
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

  const Dataset* train_data() const { return train_.get(); }
  const Dataset* test_data() const { return test_.get(); }
  const SizeValues& sizes() const { return sizes_; }
  const Parameters& parameters() const { return *parameters_; }
  // Nodes and parameters that nothing asked for needs, and data outside a port's domain.
  const std::vector<Problem>& warnings() const { return warnings_; }

 private:
  // A plan for one number of samples, and its memory.
  struct Program {
    std::unique_ptr<Plan> plan;
    std::unique_ptr<Workspace> workspace;
    std::int64_t samples = 0;
  };
  struct Sums {
    std::vector<double> totals;
    std::vector<std::int64_t> entries;
  };

  void check_names(const DataSpec* data, Problems& problems);
  void check_reach();
  Program program(std::int64_t samples, bool training);
  static void feed(const Dataset* data, std::span<const std::uint32_t> rows, Workspace& w);
  void step(Program& p, std::span<const std::uint32_t> rows, std::int64_t epoch, std::uint64_t number,
            Sums& sums);
  Means evaluate(std::int64_t epoch);
  void collect(const Workspace& w, Sums& sums) const;
  Means means(const Sums& sums) const;
  Step training_step(std::uint64_t number) const;
  Program& next_program(std::size_t samples_left);
  void seed_gradient(const Workspace& w) const;

  // not_finite.cpp: what is not finite ends the run, and is traced to where it began.
  struct Cause {
    std::string what;          // "the loss"
    std::uint64_t number = 0;  // of the step in the run; 0 where it is evaluated
    const Dataset* data = nullptr;
    std::span<const std::uint32_t> rows;
  };
  Program open_program(const Dataset* data, std::int64_t samples, bool backward,
                       const Parameters& parameters) const;
  [[noreturn]] void stop_at(std::int64_t epoch, const Cause& cause, const NotFinite& began) const;
  const char* remedy(const Cause& cause, bool backward) const;
  void save_start(std::span<const std::uint32_t> order, std::uint64_t number);
  [[noreturn]] void report_loss(std::int64_t epoch, const Step& step, const Cause& cause);
  [[noreturn]] void report_parameters(std::int64_t epoch);

  const Graph& graph_;
  const TrainSpec& spec_;
  ThreadPool* pool_;
  std::vector<ValueId> observed_;  // minimized, then watched
  std::vector<ValueId> trained_;   // the parameters that the objective reaches
  SizeValues sizes_;
  std::unique_ptr<Dataset> train_, test_;
  std::unique_ptr<Parameters> parameters_;
  std::unique_ptr<Optimizer> optimizer_;
  std::vector<Program> training_,
      evaluation_;  // for a whole batch, and for the smaller last one where there is one
  std::shared_ptr<Buffer> arena_;
  std::vector<Problem> warnings_;
  // Of the epoch, to go through its steps once more.
  struct Start {
    std::vector<std::vector<float>> parameters;  // by ValueId
    std::optional<Optimizer> optimizer;
    std::span<const std::uint32_t> order;
    std::uint64_t number = 0;  // of the step before
  } start_;
};

}  // namespace graph_runner
