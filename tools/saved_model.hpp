// The files of trained models that a command line names: what is read of them, and what is said of that.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "tools/run_task.hpp"
#include "train/checkpoints.hpp"
#include "train/model_file.hpp"

namespace graph_runner::cli {

// The graph file of a job as JSON, as it is run: with what --set and --seed override.
std::string graph_json(const RunJob& job);

// Where a job saves, by --save or else train.save; empty where neither is given.
std::filesystem::path save_file(const RunJob& job);
// What saves there; null where nothing does. `run`, where it is not 0, is the number of a run of a sweep, and
// goes into the names: NAME-003. Throws Error.
std::unique_ptr<Checkpoints> checkpoints_of(const RunJob& job, std::size_t run = 0);

// The model that --load or --load-matching names. Warns where it was trained by another graph.
std::optional<Model> named_model(const RunJob& job);

// Sets the parameters to those of the model. With --load throws Error (bad_request) that lists the
// differences where there are any; with --load-matching warns of them, and throws where nothing fits.
void take_parameters(const RunJob& job, const Model& model, const Parameters& to);

// On stderr: that what is printed was computed by parameters that nobody has trained, where there are any.
void say_untrained(const RunJob& job);

}  // namespace graph_runner::cli
