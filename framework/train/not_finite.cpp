// What training does when it meets what is not finite: it goes back to where the epoch began and looks, walk
// by walk, where that began.
#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "core/finite.hpp"
#include "train/trainer.hpp"

namespace graph_runner {

namespace {

[[noreturn]] void stop(std::int64_t epoch, const std::string& what, const std::string& began,
                       const Place& place) {
  throw Error(
      Exit::run_failed, place,
      fmt::format("epoch {}: {} is not finite; it began with {}. Try a smaller rate", epoch, what, began));
}

}  // namespace

// Everything in a place of its own.
Trainer::Program Trainer::open_program(const Dataset* data, std::int64_t samples, bool backward) const {
  PlanRequest request;
  request.sizes = sizes_;
  if (data) request.sizes[data->sample_axis()] = samples;
  request.keep = {observed_[0]};
  request.reuse_memory = false;
  if (backward) {
    request.seeds = request.keep;
    request.wanted = trained_;
  }
  Program p{std::make_unique<Plan>(graph_, std::move(request)), nullptr, samples};
  p.workspace = std::make_unique<Workspace>(*p.plan, *parameters_);
  return p;
}

void Trainer::save_start(std::span<const std::uint32_t> order, std::uint64_t number) {
  start_.order = order;
  start_.number = number;
  start_.optimizer = *optimizer_;
  start_.parameters.resize(graph_.values().size());
  for (const ValueId v : trained_) {
    const std::span<float> entries = parameters_->tensor(v).as<float>();
    start_.parameters[v].assign(entries.begin(), entries.end());
  }
}

void Trainer::report_loss(const Dataset* data, std::span<const std::uint32_t> rows, std::int64_t epoch,
                          const Step& step, const char* what) {
  const Program p = open_program(data, static_cast<std::int64_t>(rows.size()), false);
  feed(data, rows, *p.workspace);
  walk_forward(*p.workspace, step);
  if (const auto found = find_not_finite(*p.workspace)) stop(epoch, what, found->message, found->place);
  throw Error(Exit::run_failed, spec_.minimize.place,
              fmt::format("epoch {}: the sum of '{}' over the batch overflows. Try a smaller rate", epoch,
                          spec_.minimize.name));
}

void Trainer::report_parameters(std::int64_t epoch) {
  const std::span<const std::uint32_t> order = start_.order;
  for (const ValueId v : trained_)
    std::copy(start_.parameters[v].begin(), start_.parameters[v].end(),
              parameters_->tensor(v).as<float>().begin());
  *optimizer_ = *start_.optimizer;
  std::uint64_t number = start_.number;
  Program p;
  for (std::size_t done = 0; done < order.size(); done += static_cast<std::size_t>(p.samples)) {
    const std::int64_t samples = next_program(order.size() - done).samples;
    if (samples != p.samples) p = open_program(train_.get(), samples, true);
    const Step step = training_step(++number);
    feed(train_.get(), order.subspan(done, static_cast<std::size_t>(samples)), *p.workspace);
    walk_forward(*p.workspace, step);
    seed_gradient(*p.workspace);
    if (const auto found = walk_backward_to_not_finite(*p.workspace, step))
      stop(epoch, "a gradient", found->message, found->place);
    optimizer_->step(trained_, *p.workspace);
    if (Optimizer::finite(trained_, *parameters_)) continue;
    const auto found = find_not_finite(*p.workspace);
    stop(epoch, "a parameter", found->message, found->place);
  }
  throw Error(Exit::run_failed, spec_.place, fmt::format("epoch {}: a parameter is not finite", epoch));
}

}  // namespace graph_runner
