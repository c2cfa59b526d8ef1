// What is to be trained, checked and with its data: all that stays as it is while training runs.
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include "core/walk.hpp"
#include "data/splits.hpp"
#include "train/train_spec.hpp"

namespace graph_runner {

struct TrainingTask {
  // As Trainer's. Throws Error, all problems at once.
  TrainingTask(const Graph& graph, const TrainSpec& spec, const DataSpec* data,
               const std::filesystem::path& folder, const std::filesystem::path& root, ThreadPool* pool);

  const Graph& graph;
  const TrainSpec& spec;
  ThreadPool* pool;
  std::vector<ValueId> observed;  // minimized, then watched
  std::vector<ValueId> trained;   // the parameters that the objective reaches
  SizeValues sizes;
  std::unique_ptr<Dataset> train, validation, test;  // null: there is none
  std::vector<Problem> warnings;

  ValueId objective() const { return observed[0]; }
  // Those that there are.
  std::vector<const Dataset*> splits() const;
  std::int64_t samples() const { return train ? train->samples() : 1; }
  // Of a step that starts where `left` samples of the epoch are left; the last one may be smaller.
  std::int64_t batch(std::size_t left) const;
  // The samples of an epoch in their order (data/order.hpp). O(samples).
  void shuffle_into(std::vector<std::uint32_t>& order, std::int64_t epoch) const;
  // How the step of this number walks.
  Step training_step(std::uint64_t number) const;
  // The samples at `rows` of a split, and what the graph itself gives.
  static void feed(const Dataset* data, std::span<const std::uint32_t> rows, Workspace& w);
  // The gradient of the objective's mean, times what the optimizer wants (Optimizer::gradient_scale).
  void seed_gradient(const Workspace& w, double scale) const;

 private:
  void check_names(const DataSpec* data, Problems& problems);
  void check_parameters() const;
  void check_reach();
};

}  // namespace graph_runner
