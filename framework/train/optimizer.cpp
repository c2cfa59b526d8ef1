#include "train/optimizer.hpp"

#include <algorithm>
#include <bit>

#include "core/clones.hpp"
#include "train/clip.hpp"

namespace graph_runner {

namespace {

GRAPH_RUNNER_CLONES void add(float* p, const float* g, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) p[i] += g[i];
}

// An exponent of ones is an infinity or no number. Without an early end, so that it is vectorised.
GRAPH_RUNNER_CLONES bool all_finite(const float* p, std::size_t n) {
  constexpr std::uint32_t ones = 0x7F800000;
  std::uint32_t found = 0;
  for (std::size_t i = 0; i < n; ++i) found |= (std::bit_cast<std::uint32_t>(p[i]) & ones) == ones;
  return !found;
}

bool is_plain_descent(const OptimizerSpec& spec) {
  if (spec.type->name() != "SGD" || spec.clip.kind != ClipSpec::none) return false;
  for (std::size_t a = 0; a < spec.attributes.size(); ++a)
    for (const char* name : {"momentum", "weight_decay"})
      if (spec.type->attributes()[a].name == name && spec.attributes[a].reals[0] != 0) return false;
  return true;
}

}  // namespace

Optimizer::Optimizer(const TrainingTask& task, const Parameters& parameters)
    : task_(task), rate_(task.spec.optimizer.rate, task.steps(), task.spec.epochs) {
  if (!is_plain_descent(task.spec.optimizer)) update_.emplace(task.spec.optimizer, task.trained, parameters);
}

void Optimizer::step(const Workspace& workspace, std::uint64_t step) {
  if (update_) {
    const ClipSpec& clip = task_.spec.optimizer.clip;
    if (clip.kind != ClipSpec::none) clip_gradients(clip, task_.trained, workspace);
    return update_->step(workspace, rate_.at(step), step);
  }
  for (const ValueId v : task_.trained)
    if (const Tensor g = workspace.gradient(v); g.data)  // else it was added in place
      add(workspace.value(v).as<float>().data(), g.as<float>().data(), g.as<float>().size());
}

std::map<std::string, ByParameter> Optimizer::state() const {
  if (!update_) return {};
  return update_->state();
}

void Optimizer::restore(const std::map<std::string, ByParameter>& state) {
  if (update_) update_->restore(state);
}

bool Optimizer::finite(const std::vector<ValueId>& parameters, const Parameters& values) {
  return std::all_of(parameters.begin(), parameters.end(), [&](ValueId v) {
    const Tensor t = values.tensor(v);
    return all_finite(t.as<float>().data(), t.as<float>().size());
  });
}

}  // namespace graph_runner
