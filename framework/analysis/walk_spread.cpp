#include "analysis/walk_spread.hpp"

#include <algorithm>
#include <cmath>

#include "analysis/rounding.hpp"

namespace graph_runner {

Derivative derivative_along(const Evaluation& walked, const std::map<ValueId, Entries>& cotangent) {
  Derivative d;
  for (const auto& [seed, v] : cotangent) {
    const double* dual = static_cast<const double*>(walked.workspace.value(seed).data);
    for (std::size_t k = 0; k < v.size(); ++k) {
      d.value += v[k] * dual[2 * k + 1];
      d.scale += std::abs(v[k] * dual[2 * k + 1]);
    }
  }
  return d;
}

double spread_of_walks(const WalkSpread& what, ValueId x, std::size_t i, double backward, double exact,
                       Stream& stream) {
  constexpr int walks = 4;
  constexpr double allowed = 512 / Rounding::magnifications[0];
  PlanRequest request;
  request.sizes = what.sizes;
  request.reuse_memory = false;
  request.scalar = ScalarType::dual64;
  request.keep = what.seeds;
  request.keep.push_back(x);
  Evaluation forward(what.graph, request);
  request.scalar = ScalarType::float64;
  request.seeds = what.seeds;
  request.wanted = {x};
  Evaluation both(what.graph, request);
  what.load(forward);
  what.load(both);
  const Tensor direction = forward.workspace.value(x);
  Entries unit(static_cast<std::size_t>(direction.entries));
  unit[i] = 1;
  write_tangents(direction, unit);
  Rounding rounding(stream);
  double spread = 0;
  for (int walk = 0; walk < walks; ++walk) {
    rounding.walk_forward(forward.workspace, forward.step, 0, forward.plan.forward().size());
    rounding.walk_forward(both.workspace, both.step, 0, both.plan.forward().size());
    for (const auto& [seed, v] : what.cotangent)
      if (const Tensor t = both.workspace.gradient(seed); t.data) write(t, v);
    rounding.walk_backward(both.workspace, both.step);
    spread = std::max({spread, std::abs(derivative_along(forward, what.cotangent).value - exact),
                       std::abs(read(both.workspace.gradient(x))[i] - backward)});
  }
  return allowed * spread;
}

}  // namespace graph_runner
