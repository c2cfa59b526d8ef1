#include "train/trainer.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "train/checkpoints.hpp"
#include "train/not_finite.hpp"

namespace graph_runner {

namespace {

using Clock = std::chrono::steady_clock;
double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// Whether both hold as many numbers of each parameter, under the same names.
bool same_layout(const std::map<std::string, ByParameter>& a, const std::map<std::string, ByParameter>& b) {
  const auto count = [](const ByParameter& all, std::size_t v) { return v < all.size() ? all[v].size() : 0; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](const auto& x, const auto& y) {
    for (std::size_t v = 0; v < std::max(x.second.size(), y.second.size()); ++v)
      if (count(x.second, v) != count(y.second, v)) return false;
    return x.first == y.first;
  });
}

PlanRequest request_of(const TrainingTask& task, const Optimizer* trained_by) {
  PlanRequest request;
  request.sizes = task.sizes;
  request.keep = task.observed;
  if (trained_by) {
    request.seeds = {task.objective()};
    request.wanted = task.trained;
    for (const auto& [v, next] : task.running)
      request.keep.insert(request.keep.end(), next.begin(), next.end());
    request.update_in_place = trained_by->updates_in_place();
  }
  return request;
}

}  // namespace

Trainer::Trainer(const Graph& graph, const TrainSpec& spec, const DataSpec* data,
                 const std::filesystem::path& folder, const std::filesystem::path& root, ThreadPool* pool,
                 const Preparations* given)
    : task_(graph, spec, data, folder, root, pool, given),
      parameters_(graph, task_.sizes, ScalarType::float32),
      optimizer_(task_, parameters_),
      training_(graph, request_of(task_, &optimizer_), task_.sample_axis(), task_.batch()),
      evaluation_(graph, request_of(task_, nullptr), task_.sample_axis(), task_.batch()),
      sums_(task_.observed.size()) {
  parameters_.initialise(graph, task_.sizes, spec.seed);
  if (spec.stop) watched_.push_back(spec.stop->watch);
  if (spec.save.keep == SaveSpec::best) watched_.push_back(spec.save.by.value_or(task_.usual_watch()));
  try {
    plan();
  } catch (const Error& e) {
    if (e.problems()[0].place.source) throw;
    throw Error(e.exit(), spec.minimize.place, fmt::format("train.minimize: {}", e.what()));
  }
}

void Trainer::plan() {
  training_.plan(task_.samples());
  for (const char* split : split_names)
    if (const auto rows = task_.evaluated(split); !rows.empty())
      evaluation_.plan(static_cast<std::int64_t>(rows.size()));
  const auto arena = std::make_shared<Buffer>(std::max(training_.arena_bytes(), evaluation_.arena_bytes()));
  training_.allocate(parameters_, arena);
  evaluation_.allocate(parameters_, arena);
}

// ---- Models and states

Model Trainer::model() const {
  Model model;
  model.epoch = place_.epoch - (place_.samples == 0 ? 1 : 0);
  model.step = place_.step;
  model.parameters = model_parameters(task_.graph, parameters_);
  if (task_.train) model.preparations = task_.train->preparations();
  return model;
}

void Trainer::load(const Model& model) {
  if (const auto apart = load_parameters(model, task_.graph, parameters_).apart; !apart.empty())
    throw Error(Exit::bad_request, fmt::format("a model of another graph: {}", fmt::join(apart, "; ")));
}

TrainingState Trainer::state() const {
  TrainingState state;
  state.place = place_;
  state.epochs = task_.spec.epochs;
  state.sums = sums_;
  state.best = best_;
  state.take_parameters(parameters_, task_.graph.parameters());
  state.optimizer = optimizer_.state();
  return state;
}

void Trainer::restore(const TrainingState& state) {
  if (!same_layout(optimizer_.state(), state.optimizer) || state.sums.totals.size() != sums_.totals.size() ||
      state.sums.entries.size() != sums_.entries.size() || state.place.epoch < 1 ||
      state.place.samples > static_cast<std::size_t>(task_.samples()))
    throw Error(
        Exit::bad_request, task_.spec.place,
        "the state is of other training: of other values that are watched, another optimizer or other data");
  if (state.epochs != task_.spec.epochs && optimizer_.rate_reads_length())
    throw Error(
        Exit::bad_request, task_.spec.place,
        fmt::format("a run of {} epochs cannot go on as one of {}: its rate reads how long it is, and was "
                    "another from the first step on",
                    state.epochs, task_.spec.epochs));
  place_ = state.place;
  sums_ = state.sums;
  best_ = state.best;
  state.give_parameters(parameters_);
  optimizer_.restore(state.optimizer);
}

// What steps are taken once more from, should one fail.
void Trainer::remember() { start_ = state(); }

// ---- Steps

void Trainer::step(Workspace& w, std::span<const std::uint32_t> rows) {
  const Step step = task_.training_step(++place_.step);
  task_.feed(task_.train.get(), rows, w);
  walk_forward(w, step);
  const double before = sums_.totals[0];
  task_.collect(w, sums_);
  // Checked between the walks: a loss that is no number must not reach the parameters.
  if (!std::isfinite(sums_.totals[0] - before)) {
    check_parameters();
    trace().of_loss(parameters_, step, {"the loss", place_.step, task_.train.get(), rows});
  }
  task_.seed_gradient(w, optimizer_.gradient_scale(place_.step));
  walk_backward(w, step);
  optimizer_.step(w, place_.step);
  place_.samples += rows.size();
}

NotFiniteTrace Trainer::trace() { return {task_, optimizer_, place_.epoch}; }

void Trainer::check_parameters() {
  if (!optimizer_.finite(parameters_)) trace().of_parameters(start_, parameters_);
}

// ---- Epochs

// From its place to the epoch's end, or to where it is stopped: then false.
bool Trainer::train_epoch(std::span<const std::uint32_t> order, TrainingObserver& observer, Stop stop,
                          Checkpoints* saved) {
  const Clock::time_point start = Clock::now();
  std::optional<Dataset::Expected> expected;
  if (task_.train)
    expected = task_.train->expect(order, place_.samples, task_.batch(order.size()), task_.spec.shuffle);
  bool stopped = false;
  while (place_.samples < order.size() && !stopped) {
    const std::int64_t samples = task_.batch(order.size() - place_.samples);
    step(training_.of(samples), order.subspan(place_.samples, static_cast<std::size_t>(samples)));
    if (saved && saved->due(place_.step) && place_.samples < order.size()) {
      check_parameters();
      remember();
      saved->save(start_, task_.graph, parameters_);
    }
    if (observer.wants_progress())
      observer.progress({place_.epoch, task_.spec.epochs, static_cast<std::int64_t>(place_.samples),
                         static_cast<std::int64_t>(order.size()), task_.means(sums_), seconds_since(start)});
    stopped = stop.asked();
  }
  check_parameters();
  return !stopped;
}

Means Trainer::evaluate(const std::string& split) {
  const Dataset* data = task_.data_of(split);
  Sums sums(task_.observed.size());
  const Step step{0, false, task_.pool};
  const std::vector<std::uint32_t> samples = task_.evaluated(split);
  evaluation_.each_batch(samples, [&](Workspace& w, std::span<const std::uint32_t> rows) {
    task_.feed(data, rows, w);
    walk_forward(w, step);
    task_.collect(w, sums);
    if (!std::isfinite(sums.totals[0]))
      trace().of_loss(parameters_, step, {fmt::format("the loss of the {} data", split), 0, data, rows});
  });
  return samples.empty() ? Means{} : task_.means(sums);
}

EpochReport Trainer::evaluate_epoch(std::int64_t epoch) {
  EpochReport report;
  report.epoch = epoch;
  report.train = evaluate("train");
  report.validation = evaluate("validation");
  report.test = evaluate("test");
  report.train_samples = std::min(task_.samples(), task_.spec.evaluate_train);
  return report;
}

std::vector<Prediction> Trainer::predict(const std::vector<std::string>& values, const Dataset& data) const {
  return graph_runner::predict(task_.graph, parameters_, task_.sizes, data, values, task_.pool);
}

// ---- The run

void Trainer::note_best(const EpochReport& report) {
  for (const SplitValue& v : watched_) {
    Best& best = best_[v.name()];
    const double found = report.mean(v);
    const bool better = task_.lower_is_better(v) ? found < best.value : found > best.value;
    if (best.epoch == 0 || std::isnan(best.value) || better) best = {found, report.epoch};
  }
}

bool Trainer::out_of_patience() const {
  const std::optional<StopSpec>& stop = task_.spec.stop;
  if (!stop || place_.samples > 0) return false;
  const auto best = best_.find(stop->watch.name());
  return best != best_.end() && place_.epoch - 1 - best->second.epoch >= stop->patience;
}

TrainingResult Trainer::run() {
  TrainingObserver silent;
  return run(silent, {});
}

TrainingResult Trainer::run(TrainingObserver& observer, Stop stop, Checkpoints* saved) {
  TrainingResult result;
  std::vector<std::uint32_t> order;
  remember();
  while (place_.epoch <= task_.spec.epochs && !out_of_patience()) {
    task_.shuffle_into(order, place_.epoch);
    const std::size_t first = place_.samples;
    const Clock::time_point start = Clock::now();
    result.interrupted = !train_epoch(order, observer, stop, saved);
    const double seconds = seconds_since(start);
    if (result.interrupted) {
      if (saved) saved->save(state(), task_.graph, parameters_);
      break;
    }
    result.last = evaluate_epoch(place_.epoch);
    result.last.seconds = seconds;
    result.last.samples_per_second =
        static_cast<double>(order.size() - first) / std::max(result.last.seconds, 1e-9);
    end_epoch(result.last, saved);
    observer.epoch(result.last);
  }
  if (result.last.epoch == 0 && !result.interrupted) result.last = evaluate_epoch(place_.epoch - 1);
  result.out_of_patience = out_of_patience() && place_.epoch <= task_.spec.epochs;
  result.place = place_;
  result.best = best_;
  for (const RequirementSpec& r : task_.spec.require) result.requirements.push_back(judge(r, result.last));
  return result;
}

void Trainer::end_epoch(const EpochReport& report, Checkpoints* saved) {
  note_best(report);
  ++place_.epoch;
  place_.samples = 0;
  sums_ = Sums(task_.observed.size());
  remember();
  if (!saved) return;
  const bool best =
      task_.spec.save.keep == SaveSpec::best && best_.at(watched_.back().name()).epoch == report.epoch;
  saved->save(model(), best);
  saved->save(start_, task_.graph, parameters_);
}

Requirement Trainer::judge(const RequirementSpec& r, const EpochReport& last) const {
  const bool minimized = task_.lower_is_better(r.of);
  Requirement made{fmt::format("{} {} {}", r.of.name(), minimized ? "<=" : ">=", r.bound), last.mean(r.of),
                   false};
  made.held = minimized ? made.found <= r.bound : made.found >= r.bound;
  return made;
}

}  // namespace graph_runner
