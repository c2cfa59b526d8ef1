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
  follow_gradients(workspace, step);
  replace_running(workspace);
}

void Optimizer::follow_gradients(const Workspace& workspace, std::uint64_t step) {
  if (update_) {
    const ClipSpec& clip = task_.spec.optimizer.clip;
    if (clip.kind != ClipSpec::none) clip_gradients(clip, task_.trained, workspace);
    return update_->step(workspace, rate_.at(step), step);
  }
  for (const ValueId v : task_.trained)
    if (const Tensor g = workspace.gradient(v); g.data)  // else it was added in place
      add(workspace.value(v).as<float>().data(), g.as<float>().data(), g.as<float>().size());
}

void Optimizer::replace_running(const Workspace& workspace) const {
  for (const auto& [v, next] : task_.running) {
    const std::span<float> to = workspace.value(v).as<float>();
    for (std::size_t i = 0; i < to.size(); ++i) {
      float sum = 0;
      for (const ValueId n : next) sum += static_cast<const float*>(workspace.value(n).data)[i];
      to[i] = sum / static_cast<float>(next.size());
    }
  }
}

std::map<std::string, ByParameter> Optimizer::state() const {
  if (!update_) return {};
  return update_->state();
}

void Optimizer::restore(const std::map<std::string, ByParameter>& state) {
  if (update_) update_->restore(state);
}

bool Optimizer::finite(const Parameters& values) const {
  const auto is_finite = [&](ValueId v) {
    const Tensor t = values.tensor(v);
    return all_finite(t.as<float>().data(), t.as<float>().size());
  };
  return std::all_of(task_.trained.begin(), task_.trained.end(), is_finite) &&
         std::all_of(task_.running.begin(), task_.running.end(),
                     [&](const auto& r) { return is_finite(r.first); });
}

}  // namespace graph_runner
