#include "train/trainer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>

#include "core/streams.hpp"
#include "core/text.hpp"

namespace graph_runner {

namespace {
using Clock = std::chrono::steady_clock;
double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}
}  // namespace

Trainer::Trainer(const Graph& graph, const TrainSpec& spec, const DataSpec* data,
                 const std::filesystem::path& folder, const std::filesystem::path& root, ThreadPool* pool)
    : graph_(graph), spec_(spec), pool_(pool) {
  Problems problems;
  check_names(data, problems);
  if (data) {
    const std::filesystem::path where = root.empty() ? folder / data->root : root;
    for (const auto& [name, to] : {std::pair("train", &train_), std::pair("test", &test_)})
      if (const SplitSpec* split = data->find(name)) try {
          *to = std::make_unique<Dataset>(graph, *split, where, sizes_);
        } catch (const Error& e) {
          problems.add(e);
        }
  }
  problems.raise();
  check_reach();
  // Parameters live through all batches: their shapes cannot depend on the batch.
  if (train_)
    for (const ValueId v : graph.parameters()) {
      const gr_shape& s = graph.values()[v].shape;
      for (std::int64_t i = 0; i < s.rank; ++i)
        if (graph.sizes().depends_on(s.dims[i], train_->sample_axis()))
          throw Error(Exit::bad_request, graph.values()[v].place,
                      fmt::format("parameter '{}' has shape {}, which depends on the sample axis '{}'",
                                  graph.values()[v].name, graph.sizes().text(s), train_->sample_axis()));
    }
  if (train_) {
    for (const Dataset* d : {train_.get(), test_.get()})
      if (d)
        for (Problem& p : d->outside_domains(graph)) warnings_.push_back(std::move(p));
  }
  parameters_ = std::make_unique<Parameters>(graph, sizes_, ScalarType::float32);
  parameters_->initialise(graph, sizes_, spec.seed);
  optimizer_ = std::make_unique<Optimizer>(spec.optimizer, graph, *parameters_);

  const auto plan_for = [&](const Dataset* d, bool training, std::vector<Program>& to) {
    const std::int64_t all = d ? d->samples() : 1, batch = d ? std::min(spec_.batch, all) : 1;
    to.push_back(program(batch, training));
    if (all % batch != 0) to.push_back(program(all % batch, training));
  };
  plan_for(train_.get(), true, training_);
  if (test_) plan_for(test_.get(), false, evaluation_);
  std::size_t bytes = 0;
  for (const auto* programs : {&training_, &evaluation_})
    for (const Program& p : *programs) bytes = std::max(bytes, p.plan->arena_bytes());
  arena_ = std::make_shared<Buffer>(bytes);
  for (auto* programs : {&training_, &evaluation_})
    for (Program& p : *programs) p.workspace = std::make_unique<Workspace>(*p.plan, *parameters_, arena_);
}

void Trainer::check_names(const DataSpec* data, Problems& problems) {
  std::vector<std::string> names{spec_.minimize.name};
  const auto observe = [&](const NameSpec& name) {
    try {
      observed_.push_back(graph_.find(name.name, name.place));
    } catch (const Error& e) {
      problems.add(e);
    }
  };
  observe(spec_.minimize);
  for (const NameSpec& w : spec_.watch) {
    observe(w);
    if (std::find(names.begin(), names.end(), w.name) != names.end())
      problems.add(w.place,
                   fmt::format("train.watch: '{}' is {}", w.name,
                               w.name == names[0] ? "minimized, and so shown anyway" : "listed twice"));
    names.push_back(w.name);
  }
  for (const RequirementSpec& r : spec_.require) {
    if (std::find(names.begin(), names.end(), r.value) == names.end())
      problems.add(r.place, fmt::format("train.require: '{}' is neither minimized nor watched{}", r.value,
                                        did_you_mean(r.value, names)));
    if (r.split == "test" && (!data || !data->find("test")))
      problems.add(r.place, fmt::format("train.require: '{}.{}' needs data.test, which this file lacks",
                                        r.split, r.value));
  }
  if (data && spec_.batch == 0)
    problems.add(spec_.place, "train: 'batch' is missing; expected the number of samples of a step");
  for (const ValueId v : graph_.inputs())
    if (!data && graph_.values()[v].given.empty()) {
      problems.add(spec_.place, fmt::format("train: the graph has inputs ({}), so 'data:' must feed them",
                                            graph_.values()[v].name));
      break;
    }
}

void Trainer::check_reach() {
  const std::vector<bool> by_objective = graph_.reaching({observed_[0]}), by_all = graph_.reaching(observed_);
  const Value& objective = graph_.values()[observed_[0]];
  if (objective.discrete)
    throw Error(
        Exit::bad_request, spec_.minimize.place,
        fmt::format("train.minimize: '{}' is piecewise constant and has no gradient; watch it instead",
                    objective.name));
  Problems problems;
  for (const ValueId v : graph_.parameters()) {
    if (by_objective[v])
      trained_.push_back(v);
    else
      warnings_.push_back(
          {graph_.values()[v].place,
           fmt::format("the objective '{}' does not depend on the parameter '{}', which will not be trained",
                       objective.name, graph_.values()[v].name)});
  }
  if (trained_.empty())
    problems.add(spec_.minimize.place,
                 fmt::format("train.minimize: '{}' depends on no parameter, so there is nothing to train",
                             objective.name));
  for (const ValueId v : graph_.inputs())
    for (const Dataset* d : {train_.get(), test_.get()})
      if (d && by_all[v] && !d->feeds(v) && graph_.values()[v].given.empty())
        problems.add(graph_.values()[v].place,
                     fmt::format("data.{} does not feed the input '{}'", d == train_.get() ? "train" : "test",
                                 graph_.values()[v].name));
  for (const Node& n : graph_.nodes()) {
    bool used = n.inner();
    for (std::size_t t = 0; t < n.values.size(); ++t)
      used = used || (n.type->ports()[n.ports[t]].role >= GR_OUTPUT && by_all[n.values[t]]);
    if (!used)
      warnings_.push_back(
          {n.place,
           fmt::format("node '{}' is not used: nothing that is minimized or watched depends on it", n.name)});
  }
  problems.raise();
}

Trainer::Program Trainer::program(std::int64_t samples, bool training) {
  PlanRequest request;
  request.sizes = sizes_;
  if (train_) request.sizes[train_->sample_axis()] = samples;
  request.keep = observed_;
  if (training) {
    request.seeds = {observed_[0]};
    request.wanted = trained_;
    request.update_in_place = optimizer_->updates_in_place();
  }
  Program p;
  try {
    p.plan = std::make_unique<Plan>(graph_, std::move(request));
  } catch (const Error& e) {
    if (e.problems()[0].place.source) throw;
    throw Error(e.exit(), spec_.minimize.place, fmt::format("train.minimize: {}", e.what()));
  }
  p.samples = samples;
  return p;
}

void Trainer::collect(const Workspace& w, Sums& sums) const {
  for (std::size_t i = 0; i < observed_.size(); ++i) {
    const Tensor t = w.value(observed_[i]);
    sums.totals[i] += sum(t);
    sums.entries[i] += t.entries;
  }
}

Means Trainer::means(const Sums& sums) const {
  Means means;
  for (std::size_t i = 0; i < observed_.size(); ++i)
    means.emplace_back(graph_.values()[observed_[i]].name,
                       sums.totals[i] / static_cast<double>(std::max<std::int64_t>(1, sums.entries[i])));
  return means;
}

void Trainer::feed(const Dataset* data, std::span<const std::uint32_t> rows, Workspace& w) {
  if (data) data->fetch(rows, w);
  w.load_given();  // anew: the plans share one arena
}

Step Trainer::training_step(std::uint64_t number) const {
  return {combine(combine(mix(spec_.seed), hash("step")), number), true, pool_};
}

Trainer::Program& Trainer::next_program(std::size_t left) {
  return training_[left >= static_cast<std::size_t>(training_[0].samples) ? 0 : 1];
}

void Trainer::seed_gradient(const Workspace& w) const {
  fill(w.gradient(observed_[0]),
       optimizer_->gradient_scale() / static_cast<double>(w.value(observed_[0]).entries));
}

void Trainer::step(Program& p, std::span<const std::uint32_t> rows, std::int64_t epoch, std::uint64_t number,
                   Sums& sums) {
  Workspace& w = *p.workspace;
  const Step step = training_step(number);
  feed(train_.get(), rows, w);
  walk_forward(w, step);
  const double before = sums.totals[0];
  collect(w, sums);
  // Checked between the walks: a loss that is no number must not reach the parameters.
  if (!std::isfinite(sums.totals[0] - before)) {
    if (!Optimizer::finite(trained_, *parameters_)) report_parameters(epoch);
    report_loss(epoch, step, {"the loss", number, train_.get(), rows});
  }
  seed_gradient(w);
  walk_backward(w, step);
  optimizer_->step(trained_, w);
}

Means Trainer::evaluate(std::int64_t epoch) {
  Sums sums{std::vector<double>(observed_.size()), std::vector<std::int64_t>(observed_.size())};
  std::vector<std::uint32_t> rows(static_cast<std::size_t>(evaluation_[0].samples));
  for (std::int64_t at = 0; at < test_->samples(); at += static_cast<std::int64_t>(rows.size())) {
    Program& p = test_->samples() - at >= evaluation_[0].samples ? evaluation_[0] : evaluation_[1];
    rows.resize(static_cast<std::size_t>(p.samples));
    std::iota(rows.begin(), rows.end(), static_cast<std::uint32_t>(at));
    feed(test_.get(), rows, *p.workspace);
    const Step step{0, false, pool_};
    walk_forward(*p.workspace, step);
    collect(*p.workspace, sums);
    if (!std::isfinite(sums.totals[0]))
      report_loss(epoch, step, {"the loss of the test data", 0, test_.get(), rows});
  }
  return means(sums);
}

TrainingResult Trainer::run() {
  TrainingObserver silent;
  return run(silent, false);
}

TrainingResult Trainer::run(TrainingObserver& observer, const std::atomic<bool>& stop) {
  TrainingResult result;
  std::vector<std::uint32_t> order(train_ ? static_cast<std::size_t>(train_->samples()) : 1);
  std::uint64_t number = 0;
  for (std::int64_t epoch = 1; epoch <= spec_.epochs && !result.interrupted; ++epoch) {
    std::iota(order.begin(), order.end(), 0u);
    Stream stream(spec_.seed, "shuffle", "", static_cast<std::uint64_t>(epoch));
    shuffle(stream, order);
    Sums sums{std::vector<double>(observed_.size()), std::vector<std::int64_t>(observed_.size())};
    save_start(order, number);
    const Clock::time_point start = Clock::now();
    std::size_t done = 0;
    while (done < order.size() && !result.interrupted) {
      Program& p = next_program(order.size() - done);
      step(p, std::span(order).subspan(done, static_cast<std::size_t>(p.samples)), epoch, ++number, sums);
      done += static_cast<std::size_t>(p.samples);
      result.interrupted = stop.load(std::memory_order_relaxed);
      if (observer.wants_progress())
        observer.progress({epoch, spec_.epochs, static_cast<std::int64_t>(done),
                           static_cast<std::int64_t>(order.size()), means(sums), seconds_since(start)});
    }
    if (!Optimizer::finite(trained_, *parameters_)) report_parameters(epoch);
    EpochReport report;
    report.epoch = epoch;
    report.train = means(sums);
    report.seconds = seconds_since(start);
    report.samples_per_second = static_cast<double>(done) / std::max(report.seconds, 1e-9);
    if (test_ && !result.interrupted) report.test = evaluate(epoch);
    if (!result.interrupted) observer.epoch(report);
    result.last = std::move(report);
  }
  for (const RequirementSpec& r : spec_.require) {
    const ValueId v = graph_.find(r.value);
    const bool minimized = v == observed_[0];
    const Means& found = r.split == "test" ? result.last.test : result.last.train;
    Requirement made{fmt::format("{}.{} {} {}", r.split, r.value, minimized ? "<=" : ">=", r.bound), 0,
                     false};
    for (std::size_t i = 0; i < found.size(); ++i)
      if (observed_[i] == v) {
        made.found = found[i].second;
        made.held = minimized ? made.found <= r.bound : made.found >= r.bound;
      }
    result.requirements.push_back(std::move(made));
  }
  return result;
}

}  // namespace graph_runner
