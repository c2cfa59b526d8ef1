#include "train/checkpoints.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/error.hpp"
#include "train/changes.hpp"

namespace graph_runner {

namespace fs = std::filesystem;

namespace {

// With the folder that it lies in.
const fs::path& in_folder(const fs::path& file) {
  std::error_code error;
  if (!file.parent_path().empty()) fs::create_directories(file.parent_path(), error);
  if (error)
    throw Error(Exit::file_failed,
                fmt::format("{}: its folder cannot be made: {}", file.string(), error.message()));
  return file;
}

}  // namespace

Checkpoints::Checkpoints(const fs::path& file, const SaveSpec& spec, std::string graph)
    : file_(file), spec_(spec), graph_(std::move(graph)), lock_(in_folder(file), ".lock") {
  const AtomicFile can_be_written(file);  // what cannot be saved is said before there is something to lose
}

TrainingState Checkpoints::read(const Graph& graph, const Parameters& like) const {
  if (!fs::exists(state_file()))
    throw Error(Exit::file_failed,
                fmt::format("{}: there is no such file, so there is nothing to resume; without "
                            "--resume, training starts anew",
                            state_file().string()));
  SavedState saved = read_state(state_file(), graph, like);
  const std::vector<std::string> apart = changes(saved.graph, graph_, true);
  if (!apart.empty())
    throw Error(Exit::bad_request,
                fmt::format("{}: training by another file cannot be resumed: {}; --load {} starts "
                            "a new run from its parameters",
                            state_file().string(), fmt::join(apart, "; "), file_.string()));
  return std::move(saved.state);
}

void Checkpoints::save(Model model, bool best) const {
  model.graph = graph_;
  if (spec_.keep != SaveSpec::best || best) write_model(file_, model);
  if (spec_.keep == SaveSpec::all)
    write_model(file_.parent_path() /
                    fmt::format("{}-{}{}", file_.stem().string(), model.epoch, file_.extension().string()),
                model);
}

void Checkpoints::save(const TrainingState& state, const Graph& graph, const Parameters& like) const {
  write_state(state_file(), {state, graph_}, graph, like);
}

}  // namespace graph_runner
