// What is to be trained, checked and with its data: all that stays as it is while training runs.
#pragma once

#include <algorithm>
#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include "core/running.hpp"
#include "core/walk.hpp"
#include "data/splits.hpp"
#include "train/state.hpp"
#include "train/train_spec.hpp"

namespace graph_runner {

// The means of the minimized and the watched values, by name, in the order minimized, watched.
using Means = std::vector<std::pair<std::string, double>>;

inline constexpr const char* split_names[] = {"train", "validation", "test"};

struct TrainingTask {
  // As Trainer's. Throws Error, all problems at once.
  TrainingTask(const Graph& graph, const TrainSpec& spec, const DataSpec* data,
               const std::filesystem::path& folder, const std::filesystem::path& root, ThreadPool* pool,
               const Preparations* given);

  const Graph& graph;
  const TrainSpec& spec;
  ThreadPool* pool;
  std::vector<ValueId> observed;  // minimized, then watched
  std::vector<ValueId> trained;   // the parameters that follow the objective's gradient
  RunningParameters running;      // those that steps replace, as far as what is observed reads them
  SizeValues sizes;
  std::unique_ptr<Dataset> train, validation, test;  // null: there is none
  std::vector<Problem> warnings;

  ValueId objective() const { return observed[0]; }
  // Those that there are.
  std::vector<const Dataset*> splits() const;
  std::int64_t samples() const { return train ? train->samples() : 1; }
  // The samples of a step; and of one that starts where `left` samples of the epoch are left; the last one
  // may be smaller.
  std::int64_t batch() const { return train ? std::min(spec.batch, samples()) : 1; }
  std::int64_t batch(std::size_t left) const { return std::min(batch(), static_cast<std::int64_t>(left)); }
  // Of an epoch.
  std::int64_t steps() const { return (samples() - 1) / batch() + 1; }
  // The size that differs from batch to batch; empty where there are no data.
  std::string sample_axis() const { return train ? train->sample_axis() : ""; }
  // Of a split by its name; null where there is none.
  const Dataset* data_of(const std::string& split) const;
  // The samples of a split that are evaluated after an epoch: all, or of those to train on as many as the
  // spec wants, drawn by the seed, in the order of the data. Without data one that stands for none.
  std::vector<std::uint32_t> evaluated(const std::string& split) const;
  // Whether a lower mean of this value is the better one: it is minimized.
  bool lower_is_better(const SplitValue& v) const { return v.value == spec.minimize.name; }
  // What is watched where the file says only `keep: best`: the first watched value, or else the minimized
  // one, on the best split for it.
  SplitValue usual_watch() const;
  // The samples of an epoch in their order (data/order.hpp). O(samples).
  void shuffle_into(std::vector<std::uint32_t>& order, std::int64_t epoch) const;
  // How the step of this number walks.
  Step training_step(std::uint64_t number) const;
  // The samples at `rows` of a split, and what the graph itself gives.
  static void feed(const Dataset* data, std::span<const std::uint32_t> rows, Workspace& w);
  // Adds what a walk has found of the observed values; and what comes of all.
  void collect(const Workspace& w, Sums& sums) const;
  Means means(const Sums& sums) const;
  // The gradient of the objective's mean, times what the optimizer wants (Optimizer::gradient_scale).
  void seed_gradient(const Workspace& w, double scale) const;

 private:
  void check_names(const DataSpec* data, Problems& problems);
  void check_watched(const DataSpec* data, const std::vector<std::string>& names, Problems& problems) const;
  void check_parameters() const;
  void check_reach();
  void draw_evaluated();

  std::vector<std::uint32_t> drawn_;  // of the samples to train on, those that are evaluated; empty: all
};

}  // namespace graph_runner
