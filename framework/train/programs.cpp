#include "train/programs.hpp"

#include <algorithm>

namespace graph_runner {

void Programs::plan(std::int64_t samples) {
  if (samples >= batch_) plan_batch(batch_);
  if (samples % batch_ != 0) plan_batch(samples % batch_);
}

void Programs::plan_batch(std::int64_t samples) {
  for (const Program& p : programs_)
    if (p.samples == samples) return;
  PlanRequest request = request_;
  if (!sample_axis_.empty()) request.sizes[sample_axis_] = samples;
  programs_.push_back({samples, std::make_unique<Plan>(graph_, std::move(request)), nullptr});
}

std::size_t Programs::arena_bytes() const {
  std::size_t bytes = 0;
  for (const Program& p : programs_) bytes = std::max(bytes, p.plan->arena_bytes());
  return bytes;
}

void Programs::allocate(const Parameters& parameters, const std::shared_ptr<Buffer>& arena) {
  for (Program& p : programs_) p.workspace = std::make_unique<Workspace>(*p.plan, parameters, arena);
}

Workspace& Programs::of(std::int64_t samples) {
  const auto found = std::find_if(programs_.begin(), programs_.end(),
                                  [&](const Program& p) { return p.samples == samples; });
  return *found->workspace;
}

}  // namespace graph_runner
