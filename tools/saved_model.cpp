#include "tools/saved_model.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "exchange/writers.hpp"
#include "train/changes.hpp"
#include "yaml/source_text.hpp"

namespace graph_runner::cli {

namespace {

const std::string& model_file(const RunOptions& options) {
  return options.load.empty() ? options.load_matching : options.load;
}

}  // namespace

std::string graph_json(const RunJob& job) {
  return json_of_run(text_of(*job.file.source), job.file.path, job.file.settings);
}

std::filesystem::path save_file(const RunJob& job) {
  if (!job.options.save.empty()) return job.options.save;
  if (!job.file.train || job.file.train->save.file.empty()) return {};
  return (job.file.folder() / job.file.train->save.file).lexically_normal();
}

std::unique_ptr<Checkpoints> checkpoints_of(const RunJob& job, std::size_t run) {
  std::filesystem::path file = save_file(job);
  if (file.empty()) {
    if (job.options.resume)
      throw Error(
          Exit::bad_request, job.file.train->place,
          "--resume: nothing says where the run was saved; give --save FILE, or train.save in the file");
    return nullptr;
  }
  if (run > 0)
    file.replace_filename(fmt::format("{}-{:03}{}", file.stem().string(), run, file.extension().string()));
  return std::make_unique<Checkpoints>(file, job.file.train->save, graph_json(job));
}

std::optional<Model> named_model(const RunJob& job) {
  const std::string& file = model_file(job.options);
  if (file.empty()) return std::nullopt;
  Model model = read_model(file);
  if (const auto apart = changes(model.graph, graph_json(job), false); !apart.empty())
    warn({{{}, fmt::format("{} was trained by another graph: {}", file, fmt::join(apart, "; "))}},
         job.options.common);
  return model;
}

void take_parameters(const RunJob& job, const Model& model, const Parameters& to) {
  const auto& [taken, apart] = load_parameters(model, job.graph, to);
  if (apart.empty()) return;
  std::string said =
      fmt::format("{} is a model of another graph: {}", model_file(job.options), fmt::join(apart, "; "));
  if (!job.options.load.empty()) said += "; --load-matching takes what has the same name and shape";
  if (!job.options.load.empty() || taken == 0) throw Error(Exit::bad_request, said);
  warn({{{}, said}}, job.options.common);
}

void say_untrained(const RunJob& job) {
  if (job.graph.parameters().empty() || !model_file(job.options).empty()) return;
  if (wants_events(job.options.common))
    emit(job.options.common, {{"event", "untrained"}, {"seed", job.initial_seed()}});
  if (!job.options.common.json && !job.options.common.quiet)
    fmt::print(stderr,
               "untrained: the parameters are as seed {} draws them; --load FILE takes those of a model\n",
               job.initial_seed());
}

}  // namespace graph_runner::cli
