// What training does when it meets what is not finite: it goes back to where the epoch began and looks, walk
// by walk, where that began.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>

#include "train/trainer.hpp"

namespace graph_runner {

// Smaller steps help where the same samples give finite values, and gradients, with the parameters as they
// were at first.
const char* Trainer::remedy(const Cause& cause, bool backward) const {
  Parameters first(graph_, sizes_, ScalarType::float32);
  first.initialise(graph_, sizes_, spec_.seed);
  const Program p = open_program(cause.data, static_cast<std::int64_t>(cause.rows.size()), backward, first);
  feed(cause.data, cause.rows, *p.workspace);
  const Step step = cause.number ? training_step(cause.number) : Step{0, false, pool_};
  walk_forward(*p.workspace, step);
  if (!std::isfinite(sum(p.workspace->value(observed_[0])))) return "";
  if (backward) {
    seed_gradient(*p.workspace);
    if (walk_backward_to_not_finite(*p.workspace, step)) return "";
  }
  return ". Try a smaller rate";
}

void Trainer::stop_at(std::int64_t epoch, const Cause& cause, const NotFinite& began) const {
  std::string where = began.message;
  if (began.fed == no_value) {
    where += remedy(cause, cause.what == "a gradient");
  } else if (graph_.values()[began.fed].origin == Origin::parameter) {
    where += ", before any step";  // it is trained only as long as it is finite
  } else if (cause.data && cause.data->feeds(began.fed)) {
    const Shape entry(began.index.begin() + 1, began.index.end());
    where = fmt::format("the data: in data.{}, sample {} of input '{}' is not finite{}", cause.data->split(),
                        cause.rows[static_cast<std::size_t>(began.index[0] - 1)] + 1,
                        graph_.values()[began.fed].name,
                        entry.empty() ? "" : fmt::format(" at {}", to_string(entry)));
  }
  throw Error(Exit::run_failed, began.place,
              fmt::format("epoch {}: {} is not finite; it began with {}", epoch, cause.what, where));
}

// Everything in a place of its own.
Trainer::Program Trainer::open_program(const Dataset* data, std::int64_t samples, bool backward,
                                       const Parameters& parameters) const {
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
  p.workspace = std::make_unique<Workspace>(*p.plan, parameters);
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

void Trainer::report_loss(std::int64_t epoch, const Step& step, const Cause& cause) {
  const Program p =
      open_program(cause.data, static_cast<std::int64_t>(cause.rows.size()), false, *parameters_);
  feed(cause.data, cause.rows, *p.workspace);
  walk_forward(*p.workspace, step);
  if (const auto found = find_not_finite(*p.workspace)) stop_at(epoch, cause, *found);
  throw Error(Exit::run_failed, spec_.minimize.place,
              fmt::format("epoch {}: the sum of '{}' over the batch overflows{}", epoch, spec_.minimize.name,
                          remedy(cause, false)));
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
    if (samples != p.samples) p = open_program(train_.get(), samples, true, *parameters_);
    const Step step = training_step(++number);
    const Cause cause{"a gradient", number, train_.get(),
                      order.subspan(done, static_cast<std::size_t>(samples))};
    feed(train_.get(), cause.rows, *p.workspace);
    walk_forward(*p.workspace, step);
    const auto before = find_not_finite(*p.workspace);
    if (before && before->fed != no_value && graph_.values()[before->fed].origin == Origin::parameter)
      stop_at(epoch, {"a parameter", number, train_.get(), cause.rows}, *before);
    seed_gradient(*p.workspace);
    if (const auto found = walk_backward_to_not_finite(*p.workspace, step))
      stop_at(epoch, cause, before && before->fed != no_value ? *before : *found);
    optimizer_->step(trained_, *p.workspace);
    if (Optimizer::finite(trained_, *parameters_)) continue;
    // The step itself was too large: the gradient is finite.
    const auto found = find_not_finite(*p.workspace);
    throw Error(Exit::run_failed, found->place,
                fmt::format("epoch {}: a parameter is not finite; it began with {}. Try a smaller rate",
                            epoch, found->message));
  }
  throw Error(Exit::run_failed, spec_.place, fmt::format("epoch {}: a parameter is not finite", epoch));
}

}  // namespace graph_runner
