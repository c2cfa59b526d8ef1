#include "train/trainer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>

#include "train/not_finite.hpp"

namespace graph_runner {

namespace {
using Clock = std::chrono::steady_clock;
double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}
}  // namespace

Trainer::Trainer(const Graph& graph, const TrainSpec& spec, const DataSpec* data,
                 const std::filesystem::path& folder, const std::filesystem::path& root, ThreadPool* pool)
    : task_(graph, spec, data, folder, root, pool),
      parameters_(graph, task_.sizes, ScalarType::float32),
      optimizer_(spec.optimizer, graph, parameters_) {
  parameters_.initialise(graph, task_.sizes, spec.seed);
  const auto plan_for = [&](std::int64_t all, bool training, std::vector<Program>& to) {
    const std::int64_t batch = std::min<std::int64_t>(task_.train ? spec.batch : 1, all);
    for (const std::int64_t samples : {batch, all % batch})
      if (samples && !program_of(to, samples)) to.push_back(program(samples, training));
  };
  plan_for(task_.samples(), true, training_);
  for (const Dataset* d : {task_.validation.get(), task_.test.get()})
    if (d) plan_for(d->samples(), false, evaluation_);
  std::size_t bytes = 0;
  for (const auto* programs : {&training_, &evaluation_})
    for (const Program& p : *programs) bytes = std::max(bytes, p.plan->arena_bytes());
  arena_ = std::make_shared<Buffer>(bytes);
  for (auto* programs : {&training_, &evaluation_})
    for (Program& p : *programs) p.workspace = std::make_unique<Workspace>(*p.plan, parameters_, arena_);
}

Trainer::Program Trainer::program(std::int64_t samples, bool training) {
  PlanRequest request;
  request.sizes = task_.sizes;
  if (task_.train) request.sizes[task_.train->sample_axis()] = samples;
  request.keep = task_.observed;
  if (training) {
    request.seeds = {task_.objective()};
    request.wanted = task_.trained;
    request.update_in_place = optimizer_.updates_in_place();
  }
  Program p;
  try {
    p.plan = std::make_unique<Plan>(task_.graph, std::move(request));
  } catch (const Error& e) {
    if (e.problems()[0].place.source) throw;
    throw Error(e.exit(), task_.spec.minimize.place, fmt::format("train.minimize: {}", e.what()));
  }
  p.samples = samples;
  return p;
}

Trainer::Program* Trainer::program_of(std::vector<Program>& programs, std::int64_t samples) {
  for (Program& p : programs)
    if (p.samples == samples) return &p;
  return nullptr;
}

// ---- Sums and means

Trainer::Sums::Sums(std::size_t values) : totals(values), entries(values) {}

void Trainer::collect(const Workspace& w, Sums& sums) const {
  for (std::size_t i = 0; i < task_.observed.size(); ++i) {
    const Tensor t = w.value(task_.observed[i]);
    sums.totals[i] += sum(t);
    sums.entries[i] += t.entries;
  }
}

Means Trainer::means(const Sums& sums) const {
  Means means;
  for (std::size_t i = 0; i < task_.observed.size(); ++i)
    means.emplace_back(task_.graph.values()[task_.observed[i]].name,
                       sums.totals[i] / static_cast<double>(std::max<std::int64_t>(1, sums.entries[i])));
  return means;
}

// ---- Steps, epochs, and the run

void Trainer::step(Program& p, std::span<const std::uint32_t> rows, Sums& sums) {
  Workspace& w = *p.workspace;
  const Step step = task_.training_step(++place_.step);
  task_.feed(task_.train.get(), rows, w);
  walk_forward(w, step);
  const double before = sums.totals[0];
  collect(w, sums);
  // Checked between the walks: a loss that is no number must not reach the parameters.
  if (!std::isfinite(sums.totals[0] - before)) {
    check_parameters();
    trace().of_loss(parameters_, step, {"the loss", place_.step, task_.train.get(), rows});
  }
  task_.seed_gradient(w, optimizer_.gradient_scale());
  walk_backward(w, step);
  optimizer_.step(task_.trained, w);
}

NotFiniteTrace Trainer::trace() { return {task_, optimizer_, place_.epoch}; }

void Trainer::check_parameters() {
  if (!Optimizer::finite(task_.trained, parameters_)) trace().of_parameters(start_, parameters_);
}

Means Trainer::evaluate(const Dataset& data) {
  Sums sums(task_.observed.size());
  std::vector<std::uint32_t> rows;
  for (std::int64_t at = 0; at < data.samples(); at += static_cast<std::int64_t>(rows.size())) {
    rows.resize(static_cast<std::size_t>(std::min(task_.spec.batch, data.samples() - at)));
    Program& p = *program_of(evaluation_, static_cast<std::int64_t>(rows.size()));
    std::iota(rows.begin(), rows.end(), static_cast<std::uint32_t>(at));
    task_.feed(&data, rows, *p.workspace);
    const Step step{0, false, task_.pool};
    walk_forward(*p.workspace, step);
    collect(*p.workspace, sums);
    if (!std::isfinite(sums.totals[0]))
      trace().of_loss(parameters_, step,
                      {fmt::format("the loss of the {} data", data.split()), 0, &data, rows});
  }
  return means(sums);
}

// From its place to the epoch's end, or to where it is stopped.
EpochReport Trainer::train_epoch(std::span<const std::uint32_t> order, TrainingObserver& observer,
                                 const std::atomic<bool>& stop) {
  Sums sums(task_.observed.size());
  start_.place = place_;
  start_.take_parameters(parameters_, task_.trained);
  start_.optimizer = optimizer_.state();
  const Clock::time_point start = Clock::now();
  const std::size_t first = place_.samples;
  std::optional<Dataset::Expected> expected;
  if (task_.train)
    expected = task_.train->expect(order, first, task_.batch(order.size()), task_.spec.shuffle);
  bool stopped = false;
  while (place_.samples < order.size() && !stopped) {
    const std::int64_t samples = task_.batch(order.size() - place_.samples);
    step(*program_of(training_, samples), order.subspan(place_.samples, static_cast<std::size_t>(samples)),
         sums);
    place_.samples += static_cast<std::size_t>(samples);
    stopped = stop.load(std::memory_order_relaxed);
    if (observer.wants_progress())
      observer.progress({place_.epoch, task_.spec.epochs, static_cast<std::int64_t>(place_.samples),
                         static_cast<std::int64_t>(order.size()), means(sums), seconds_since(start)});
  }
  check_parameters();
  EpochReport report;
  report.epoch = place_.epoch;
  report.train = means(sums);
  report.seconds = seconds_since(start);
  report.samples_per_second = static_cast<double>(place_.samples - first) / std::max(report.seconds, 1e-9);
  return report;
}

TrainingResult Trainer::run() {
  TrainingObserver silent;
  return run(silent, false);
}

TrainingResult Trainer::run(TrainingObserver& observer, const std::atomic<bool>& stop) {
  TrainingResult result;
  std::vector<std::uint32_t> order;
  while (place_.epoch <= task_.spec.epochs) {
    task_.shuffle_into(order, place_.epoch);
    result.last = train_epoch(order, observer, stop);
    result.interrupted = stop.load(std::memory_order_relaxed);
    if (result.interrupted) break;
    if (task_.validation) result.last.validation = evaluate(*task_.validation);
    if (task_.test) result.last.test = evaluate(*task_.test);
    observer.epoch(result.last);
    ++place_.epoch;
    place_.samples = 0;
  }
  for (const RequirementSpec& r : task_.spec.require) result.requirements.push_back(judge(r, result.last));
  return result;
}

Requirement Trainer::judge(const RequirementSpec& r, const EpochReport& last) const {
  const ValueId v = task_.graph.find(r.value);
  const bool minimized = v == task_.objective();
  const Means& found = r.split == "test" ? last.test : r.split == "validation" ? last.validation : last.train;
  Requirement made{fmt::format("{}.{} {} {}", r.split, r.value, minimized ? "<=" : ">=", r.bound), 0, false};
  for (std::size_t i = 0; i < found.size(); ++i)
    if (task_.observed[i] == v) {
      made.found = found[i].second;
      made.held = minimized ? made.found <= r.bound : made.found >= r.bound;
    }
  return made;
}

}  // namespace graph_runner
