#include "train/clip.hpp"

#include <cmath>
#include <cstddef>

#include "core/clones.hpp"

namespace graph_runner {

namespace {

// In so many partial sums as the widest processor adds at once, so that the order is the same on each.
GRAPH_RUNNER_CLONES double sum_of_squares(const float* g, std::size_t n) {
  constexpr std::size_t lanes = 16;
  double partial[lanes] = {}, total = 0;
  std::size_t i = 0;
  for (; i + lanes <= n; i += lanes)
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      const double x = g[i + lane];
      partial[lane] += x * x;
    }
  for (; i < n; ++i) total += static_cast<double>(g[i]) * g[i];
  for (const double p : partial) total += p;
  return total;
}

GRAPH_RUNNER_CLONES void scale(float* g, std::size_t n, float by) {
  for (std::size_t i = 0; i < n; ++i) g[i] *= by;
}

GRAPH_RUNNER_CLONES void cut(float* g, std::size_t n, float most) {
  for (std::size_t i = 0; i < n; ++i) g[i] = g[i] > most ? most : g[i] < -most ? -most : g[i];
}

}  // namespace

void clip_gradients(const ClipSpec& clip, const std::vector<ValueId>& parameters,
                    const Workspace& workspace) {
  const auto each = [&](const auto& body) {
    for (const ValueId v : parameters) {
      const auto g = workspace.gradient(v).as<float>();
      body(g.data(), g.size());
    }
  };
  if (clip.kind == ClipSpec::value)
    return each([&](float* g, std::size_t n) { cut(g, n, static_cast<float>(clip.most)); });
  double squares = 0;
  each([&](float* g, std::size_t n) { squares += sum_of_squares(g, n); });
  const double norm = std::sqrt(squares);
  if (!(norm > clip.most) || !std::isfinite(norm)) return;
  each([&](float* g, std::size_t n) { scale(g, n, static_cast<float>(clip.most / norm)); });
}

}  // namespace graph_runner
