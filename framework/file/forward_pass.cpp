#include "file/forward_pass.hpp"

#include <fmt/format.h>

#include <numeric>
#include <optional>

#include "core/finite.hpp"

namespace graph_runner {

ForwardPass::ForwardPass(const GraphFile& file, const Graph& graph, const std::filesystem::path& root)
    : file_(file), graph_(graph) {
  if (!file.data) return;
  DataSpec data = *file.data;
  std::erase_if(data.splits, [](const SplitSpec& s) { return s.name != "train"; });
  data_ = std::move(Splits(graph, data, data.files(file.folder(), root), sizes_).train);
  sizes_[data_->sample_axis()] = data_->samples();
}

std::vector<Problem> ForwardPass::warnings() const {
  return data_ ? data_->outside_domains(graph_) : std::vector<Problem>{};
}

void ForwardPass::require_inputs() const {
  const std::vector<bool> needed = graph_.reaching(graph_.sinks());
  for (const ValueId v : graph_.inputs()) {
    const Value& input = graph_.values()[v];
    if (!needed[v] || !input.given.empty() || (data_ && data_->feeds(v))) continue;
    if (data_)
      throw Error(Exit::bad_request, input.place,
                  fmt::format("data.train does not feed the input '{}'", input.name));
    throw Error(
        Exit::bad_request, Place{file_.source, 0, 0, 0},
        fmt::format("there is nothing to do: the file has neither 'train:' nor, to compute values, 'data:' "
                    "or a 'value:' for its input '{}'",
                    input.name));
  }
}

std::unique_ptr<Evaluation> ForwardPass::evaluate(const PlanRequest& request, std::uint64_t seed,
                                                  const Load& load) const {
  auto made = std::make_unique<Evaluation>(graph_, request);
  made->parameters.initialise(graph_, sizes_, seed);
  if (load) load(made->parameters);
  if (data_) {
    std::vector<std::uint32_t> rows(static_cast<std::size_t>(data_->samples()));
    std::iota(rows.begin(), rows.end(), 0u);
    data_->fetch(rows, made->workspace);
  }
  made->workspace.load_given();
  walk_forward(made->workspace);
  return made;
}

std::vector<NamedTensor> ForwardPass::run(std::uint64_t seed, const Load& load) {
  require_inputs();
  PlanRequest request;
  request.sizes = sizes_;
  request.keep = graph_.sinks();
  evaluation_ = evaluate(request, seed, load);
  std::vector<NamedTensor> results;
  for (const ValueId v : request.keep) {
    const Value& value = graph_.values()[v];
    const Tensor tensor = evaluation_->workspace.value(v);
    if (first_not_finite(tensor) >= 0) {
      request.reuse_memory = false;
      const std::optional<Problem> began = find_not_finite(evaluate(request, seed, load)->workspace);
      throw Error(Exit::run_failed, began ? began->place : value.place,
                  fmt::format("the value of '{}' is not finite{}", value.name,
                              began ? "; it began with " + began->message : ""));
    }
    results.push_back({.name = value.name, .tensor = tensor});
  }
  return results;
}

}  // namespace graph_runner
