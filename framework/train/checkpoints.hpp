// Where a run saves: FILE, the model to use, and FILE.resume, the state to go on from.
#pragma once

#include <filesystem>
#include <string>

#include "core/atomic_file.hpp"
#include "train/state_file.hpp"
#include "train/train_spec.hpp"

namespace graph_runner {

// Each file is written whole or not at all, the model before the state: what goes on from a state writes the
// models after it once more, byte for byte.
class Checkpoints {
 public:
  // Makes the folder where it is missing, and holds FILE.lock, so that no other run saves there. `graph` is
  // the graph file as JSON. Throws Error (file_failed).
  Checkpoints(const std::filesystem::path& file, const SaveSpec& spec, std::string graph);

  const std::filesystem::path& model_file() const { return file_; }
  // "FILE.resume".
  std::filesystem::path state_file() const { return file_.string() + ".resume"; }
  // What it holds. Throws Error: as read_state, and bad_request where it was trained by another file; all
  // differences are listed.
  TrainingState read(const Graph& graph, const Parameters& like) const;

  // Whether the state is to be saved after the step of this number, as `every` asks.
  bool due(std::uint64_t step) const {
    return spec_.every > 0 && step % static_cast<std::uint64_t>(spec_.every) == 0;
  }
  // After an epoch: writes the model where it is one to keep. `best`: none before was better.
  void save(Model model, bool best) const;
  void save(const TrainingState& state, const Graph& graph, const Parameters& like) const;

 private:
  std::filesystem::path file_;
  SaveSpec spec_;
  std::string graph_;
  FileLock lock_;
};

}  // namespace graph_runner
