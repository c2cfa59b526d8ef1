#include "train/optimizer.hpp"

#include <algorithm>
#include <bit>

#include "core/clones.hpp"

namespace graph_runner {

namespace {

GRAPH_RUNNER_CLONES void add(float* p, const float* g, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) p[i] += g[i];
}
GRAPH_RUNNER_CLONES void descend(float* p, const float* g, std::size_t n, float rate, float decay) {
  for (std::size_t i = 0; i < n; ++i) p[i] -= rate * (g[i] + decay * p[i]);
}
GRAPH_RUNNER_CLONES void descend(float* p, const float* g, float* v, std::size_t n, float rate, float decay,
                                 float momentum) {
  for (std::size_t i = 0; i < n; ++i) {
    v[i] = momentum * v[i] + (g[i] + decay * p[i]);
    p[i] -= rate * v[i];
  }
}

// An exponent of ones is an infinity or no number. Without an early end, so that it is vectorised.
GRAPH_RUNNER_CLONES bool all_finite(const float* p, std::size_t n) {
  constexpr std::uint32_t ones = 0x7F800000;
  std::uint32_t found = 0;
  for (std::size_t i = 0; i < n; ++i) found |= (std::bit_cast<std::uint32_t>(p[i]) & ones) == ones;
  return !found;
}

}  // namespace

Optimizer::Optimizer(const OptimizerSpec& spec, const Graph& graph, const Parameters& parameters)
    : spec_(spec), plain_(spec.momentum == 0 && spec.weight_decay == 0), velocity_(graph.values().size()) {
  if (spec_.momentum != 0)
    for (const ValueId v : graph.parameters())
      velocity_[v].resize(static_cast<std::size_t>(parameters.tensor(v).entries));
}

void Optimizer::step(const std::vector<ValueId>& parameters, const Workspace& workspace) {
  const auto rate = static_cast<float>(spec_.rate), decay = static_cast<float>(spec_.weight_decay),
             momentum = static_cast<float>(spec_.momentum);
  for (const ValueId v : parameters) {
    const Tensor gradient = workspace.gradient(v);
    if (!gradient.data) continue;  // added in place
    float* p = static_cast<float*>(workspace.value(v).data);
    const float* g = static_cast<const float*>(gradient.data);
    const auto n = static_cast<std::size_t>(gradient.entries);
    if (plain_)
      add(p, g, n);
    else if (spec_.momentum == 0)
      descend(p, g, n, rate, decay);
    else
      descend(p, g, velocity_[v].data(), n, rate, decay, momentum);
  }
}

std::map<std::string, ByParameter> Optimizer::state() const {
  if (spec_.momentum == 0) return {};
  return {{"velocity", velocity_}};
}

void Optimizer::restore(const std::map<std::string, ByParameter>& state) {
  if (spec_.momentum != 0) velocity_ = state.at("velocity");
}

bool Optimizer::finite(const std::vector<ValueId>& parameters, const Parameters& values) {
  return std::all_of(parameters.begin(), parameters.end(), [&](ValueId v) {
    const Tensor t = values.tensor(v);
    return all_finite(t.as<float>().data(), t.as<float>().size());
  });
}

}  // namespace graph_runner
