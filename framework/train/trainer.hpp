// The training loop: epochs of steps (fetch, forward, loss check, backward, update), each evaluated when it
// is done. It starts from drawn parameters, those of a model, or a state that was saved.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/stop.hpp"
#include "train/model_file.hpp"
#include "train/optimizer.hpp"
#include "train/prediction.hpp"
#include "train/programs.hpp"
#include "train/progress.hpp"
#include "train/task.hpp"

namespace graph_runner {

class Checkpoints;
class NotFiniteTrace;

class Trainer {
 public:
  // Loads the data, plans, and draws the initial parameters. `folder` is where relative data roots start;
  // `root`, where not empty, replaces the file's; `given` stands for what is taken from the training data.
  // Keeps references to the graph, the spec and the pool. Throws Error.
  Trainer(const Graph& graph, const TrainSpec& spec, const DataSpec* data,
          const std::filesystem::path& folder, const std::filesystem::path& root = {},
          ThreadPool* pool = nullptr, const Preparations* given = nullptr);

  // Trains up to the spec's epochs, from where it is; `stop` ends it after the current step. What `saved` is
  // given outlives it. Throws Error (run_failed) where the loss or a parameter is not finite, naming the
  // first node and entry that are not; file_failed where something cannot be saved.
  TrainingResult run(TrainingObserver& observer, Stop stop, Checkpoints* saved = nullptr);
  // The same in silence and to the end.
  TrainingResult run();

  // The parameters as they are, with the place in training; and a start from those of a model, which must be
  // the graph's (load_parameters). Throws Error (bad_request).
  Model model() const;
  void load(const Model& model);
  // The same from and to a file. Throws Error (file_failed; bad_request where the file is damaged).
  void load(const std::filesystem::path& file) { load(read_model(file)); }
  void save(const std::filesystem::path& file) const { write_model(file, model()); }
  // All that training goes on from: with the same graph, data and spec, it then takes the same steps.
  TrainingState state() const;
  void restore(const TrainingState& state);

  // The means over a split, "train", "validation" or "test", with the parameters as they are and dropout off:
  // of all samples, but of those to train on as many as the spec wants. Throws Error where the loss is not
  // finite.
  Means evaluate(const std::string& split);
  // Values for all samples of a dataset of this graph, with the parameters as they are.
  std::vector<Prediction> predict(const std::vector<std::string>& values, const Dataset& data) const;

  const TrainingPlace& place() const { return place_; }
  const TrainingTask& task() const { return task_; }
  const Dataset* train_data() const { return task_.train.get(); }
  const Dataset* validation_data() const { return task_.validation.get(); }
  const Dataset* test_data() const { return task_.test.get(); }
  const SizeValues& sizes() const { return task_.sizes; }
  const Parameters& parameters() const { return parameters_; }
  // Nodes and parameters that nothing asked for needs, and data outside a port's domain.
  const std::vector<Problem>& warnings() const { return task_.warnings; }

 private:
  void plan();
  void step(Workspace& w, std::span<const std::uint32_t> rows);
  bool train_epoch(std::span<const std::uint32_t> order, TrainingObserver& observer, Stop stop,
                   Checkpoints* saved);
  EpochReport evaluate_epoch(std::int64_t epoch);
  void end_epoch(const EpochReport& report, Checkpoints* saved);
  void remember();
  // What is better than ever before is noted.
  void note_best(const EpochReport& report);
  bool out_of_patience() const;
  Requirement judge(const RequirementSpec& r, const EpochReport& last) const;
  // What is not finite ends the run, and is traced to where it began.
  NotFiniteTrace trace();
  void check_parameters();

  TrainingTask task_;
  Parameters parameters_;
  Optimizer optimizer_;
  Programs training_, evaluation_;
  TrainingPlace place_;
  Sums sums_;                         // of the epoch so far
  std::map<std::string, Best> best_;  // by what is watched
  std::vector<SplitValue> watched_;   // by `stop`, and by `keep: best`
  TrainingState start_;               // from where steps are taken once more, where one fails; what is saved
};

}  // namespace graph_runner
