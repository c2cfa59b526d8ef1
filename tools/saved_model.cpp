#include "tools/saved_model.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "exchange/writers.hpp"
#include "train/changes.hpp"

namespace graph_runner::cli {

namespace {

const std::string& model_file(const RunOptions& options) {
  return options.load.empty() ? options.load_matching : options.load;
}

}  // namespace

std::string graph_json(const RunJob& job) {
  std::string text;
  for (const std::string& line : job.file.source->lines) text += line + "\n";
  std::vector<std::string> overrides = job.options.set;
  if (job.options.seed && job.file.train) overrides.push_back(fmt::format("train.seed={}", job.seed));
  return json_text(text, job.file.path, overrides);
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
  if (job.options.common.json)
    print_json({{"event", "untrained"}, {"seed", job.seed}});
  else if (!job.options.quiet)
    fmt::print(stderr,
               "untrained: the parameters are as seed {} draws them; --load FILE takes those of a model\n",
               job.seed);
}

}  // namespace graph_runner::cli
