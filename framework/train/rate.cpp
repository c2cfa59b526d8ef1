#include "train/rate.hpp"

#include <fmt/format.h>

#include <cmath>

namespace graph_runner {

namespace {

PlanRequest request(const Graph& graph) {
  PlanRequest r;
  r.scalar = ScalarType::float64;
  r.keep = {graph.find("rate")};
  return r;
}

}  // namespace

Rate::Program::Program(const Graph& graph)
    : plan(graph, request(graph)),
      parameters(graph, {}, ScalarType::float64),
      workspace(plan, parameters),
      rate(workspace.value(graph.find("rate"))) {
  for (std::size_t i = 0; i < std::size(rate_inputs); ++i)
    inputs[i] = workspace.value(graph.find(rate_inputs[i]));
}

Rate::Rate(const RateSpec& spec, std::int64_t steps_of_epoch, std::int64_t epochs)
    : spec_(spec),
      steps_of_epoch_(static_cast<std::uint64_t>(steps_of_epoch)),
      epochs_(static_cast<std::uint64_t>(epochs)),
      program_(spec.formula ? std::make_unique<Program>(*spec.formula) : nullptr) {}

double Rate::at(std::uint64_t step) {
  if (!program_) return spec_.constant;
  const std::uint64_t epoch = (step - 1) / steps_of_epoch_ + 1;
  const std::uint64_t values[] = {epoch, step, epochs_, epochs_ * steps_of_epoch_};
  for (std::size_t i = 0; i < std::size(values); ++i)
    if (program_->inputs[i].data) fill(program_->inputs[i], static_cast<double>(values[i]));
  walk_forward(program_->workspace);
  const double rate = program_->rate.at(0);
  if (!std::isfinite(rate) || rate < 0)
    throw Error(
        Exit::run_failed, spec_.place,
        fmt::format("step {}, epoch {}: the rate '{}' is {}; expected a finite number of at least 0", step,
                    epoch, spec_.text, std::isnan(rate) ? "no number" : fmt::format("{}", rate)));
  return rate;
}

bool Rate::reads_length() const {
  if (!program_) return false;
  const Graph& graph = program_->plan.graph();
  const std::vector<bool> read = graph.reaching({graph.find("rate")});
  return read[graph.find("epochs")] || read[graph.find("steps")];
}

}  // namespace graph_runner
