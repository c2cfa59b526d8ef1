#include "train/not_finite.hpp"

#include <fmt/format.h>

#include <cmath>

namespace graph_runner {

// Smaller steps help where the same samples give finite values, and gradients, with the parameters as they
// were at first.
const char* NotFiniteTrace::remedy(const Cause& cause, bool backward) const {
  Parameters first(task_.graph, task_.sizes, ScalarType::float32);
  first.initialise(task_.graph, task_.sizes, task_.spec.seed);
  const OpenProgram p = open(cause.data, static_cast<std::int64_t>(cause.rows.size()), backward, first);
  task_.feed(cause.data, cause.rows, *p.workspace);
  const Step step = cause.number ? task_.training_step(cause.number) : Step{0, false, task_.pool};
  walk_forward(*p.workspace, step);
  if (!std::isfinite(sum(p.workspace->value(task_.objective())))) return "";
  if (backward) {
    task_.seed_gradient(*p.workspace, optimizer_.gradient_scale(cause.number));
    if (walk_backward_to_not_finite(*p.workspace, step)) return "";
  }
  return ". Try a smaller rate";
}

void NotFiniteTrace::stop_at(const Cause& cause, const NotFinite& began) const {
  std::string where = began.message;
  if (began.fed == no_value) {
    where += remedy(cause, cause.what == "a gradient");
  } else if (task_.graph.values()[began.fed].origin == Origin::parameter) {
    where += ", before any step";  // it is trained only as long as it is finite
  } else if (cause.data && cause.data->feeds(began.fed)) {
    const Shape entry(began.index.begin() + 1, began.index.end());
    where = fmt::format("the data: in data.{}, sample {} of input '{}' is not finite{}", cause.data->split(),
                        cause.data->number_of(cause.rows[static_cast<std::size_t>(began.index[0] - 1)]),
                        task_.graph.values()[began.fed].name,
                        entry.empty() ? "" : fmt::format(" at {}", to_string(entry)));
  }
  throw Error(Exit::run_failed, began.place,
              fmt::format("epoch {}: {} is not finite; it began with {}", epoch_, cause.what, where));
}

// Everything in a place of its own.
NotFiniteTrace::OpenProgram NotFiniteTrace::open(const Dataset* data, std::int64_t samples, bool backward,
                                                 const Parameters& parameters) const {
  PlanRequest request;
  request.sizes = task_.sizes;
  if (data) request.sizes[data->sample_axis()] = samples;
  request.keep = {task_.objective()};
  request.reuse_memory = false;
  if (backward) {
    request.seeds = request.keep;
    request.wanted = task_.trained;
    for (const auto& [v, next] : task_.running)
      request.keep.insert(request.keep.end(), next.begin(), next.end());
  }
  OpenProgram p{std::make_unique<Plan>(task_.graph, std::move(request)), nullptr, samples};
  p.workspace = std::make_unique<Workspace>(*p.plan, parameters);
  return p;
}

void NotFiniteTrace::of_loss(const Parameters& parameters, const Step& step, const Cause& cause) const {
  const OpenProgram p = open(cause.data, static_cast<std::int64_t>(cause.rows.size()), false, parameters);
  task_.feed(cause.data, cause.rows, *p.workspace);
  walk_forward(*p.workspace, step);
  if (const auto found = find_not_finite(*p.workspace)) stop_at(cause, *found);
  throw Error(Exit::run_failed, task_.spec.minimize.place,
              fmt::format("epoch {}: the sum of '{}' over the batch overflows{}", epoch_,
                          task_.spec.minimize.name, remedy(cause, false)));
}

void NotFiniteTrace::of_parameters(const TrainingState& start, const Parameters& parameters) const {
  start.give_parameters(parameters);
  optimizer_.restore(start.optimizer);
  std::vector<std::uint32_t> all;
  task_.shuffle_into(all, start.place.epoch);
  const std::span<const std::uint32_t> order = all;
  std::uint64_t number = start.place.step;
  OpenProgram p;
  for (std::size_t done = start.place.samples; done < order.size();
       done += static_cast<std::size_t>(p.samples)) {
    const std::int64_t samples = task_.batch(order.size() - done);
    if (samples != p.samples) p = open(task_.train.get(), samples, true, parameters);
    const Step step = task_.training_step(++number);
    const Cause cause{"a gradient", number, task_.train.get(),
                      order.subspan(done, static_cast<std::size_t>(samples))};
    task_.feed(task_.train.get(), cause.rows, *p.workspace);
    walk_forward(*p.workspace, step);
    const auto before = find_not_finite(*p.workspace);
    if (before && before->fed != no_value && task_.graph.values()[before->fed].origin == Origin::parameter)
      stop_at({"a parameter", number, task_.train.get(), cause.rows}, *before);
    task_.seed_gradient(*p.workspace, optimizer_.gradient_scale(number));
    if (const auto found = walk_backward_to_not_finite(*p.workspace, step))
      stop_at(cause, before && before->fed != no_value ? *before : *found);
    optimizer_.step(*p.workspace, number);
    if (optimizer_.finite(parameters)) continue;
    // The step itself was too large: the gradient is finite.
    const auto found = find_not_finite(*p.workspace);
    throw Error(Exit::run_failed, found->place,
                fmt::format("epoch {}: a parameter is not finite; it began with {}. Try a smaller rate",
                            epoch_, found->message));
  }
  throw Error(Exit::run_failed, task_.spec.place, fmt::format("epoch {}: a parameter is not finite", epoch_));
}

}  // namespace graph_runner
