#include "train/task.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "core/streams.hpp"
#include "core/text.hpp"

namespace graph_runner {

TrainingTask::TrainingTask(const Graph& of, const TrainSpec& by, const DataSpec* data,
                           const std::filesystem::path& folder, const std::filesystem::path& root,
                           ThreadPool* threads, const Preparations* given)
    : graph(of), spec(by), pool(threads) {
  Problems problems;
  check_names(data, problems);
  if (data) {
    Splits loaded;
    try {
      loaded = Splits(graph, *data, data->files(folder, root), sizes, given);
    } catch (const Error& e) {
      problems.add(e);
    }
    train = std::move(loaded.train);
    validation = std::move(loaded.validation);
    test = std::move(loaded.test);
  }
  problems.raise();
  check_reach();
  check_parameters();
  for (const Dataset* d : splits())
    for (Problem& p : d->outside_domains(graph)) warnings.push_back(std::move(p));
  draw_evaluated();
}

std::vector<const Dataset*> TrainingTask::splits() const {
  std::vector<const Dataset*> made;
  for (const auto* d : {&train, &validation, &test})
    if (*d) made.push_back(d->get());
  return made;
}

void TrainingTask::check_names(const DataSpec* data, Problems& problems) {
  std::vector<std::string> names{spec.minimize.name};
  const auto observe = [&](const NameSpec& name) {
    try {
      observed.push_back(graph.find(name.name, name.place));
    } catch (const Error& e) {
      problems.add(e);
    }
  };
  observe(spec.minimize);
  for (const NameSpec& w : spec.watch) {
    observe(w);
    if (std::find(names.begin(), names.end(), w.name) != names.end())
      problems.add(w.place,
                   fmt::format("train.watch: '{}' is {}", w.name,
                               w.name == names[0] ? "minimized, and so shown anyway" : "listed twice"));
    names.push_back(w.name);
  }
  check_watched(data, names, problems);
  if (data && spec.batch == 0)
    problems.add(spec.place, "train: 'batch' is missing; expected the number of samples of a step");
  for (const ValueId v : graph.inputs())
    if (!data && graph.values()[v].given.empty()) {
      problems.add(spec.place, fmt::format("train: the graph has inputs ({}), so 'data:' must feed them",
                                           graph.values()[v].name));
      break;
    }
}

void TrainingTask::check_watched(const DataSpec* data, const std::vector<std::string>& names,
                                 Problems& problems) const {
  const auto check = [&](const char* key, const SplitValue& v) {
    if (std::find(names.begin(), names.end(), v.value) == names.end())
      problems.add(v.place, fmt::format("{}: '{}' is neither minimized nor watched{}", key, v.value,
                                        did_you_mean(v.value, names)));
    if (v.split != "train" && (!data || !data->has(v.split)))
      problems.add(v.place,
                   fmt::format("{}: '{}' needs data.{}, which this file lacks", key, v.name(), v.split));
  };
  for (const RequirementSpec& r : spec.require) check("train.require", r.of);
  if (spec.stop) check("train.stop", spec.stop->watch);
  if (spec.save.by) check("train.keep", *spec.save.by);
}

void TrainingTask::check_parameters() const {
  // Parameters live through all batches: their shapes cannot depend on the batch.
  if (!train) return;
  for (const ValueId v : graph.parameters()) {
    const gr_shape& s = graph.values()[v].shape;
    for (std::int64_t i = 0; i < s.rank; ++i)
      if (graph.sizes().depends_on(s.dims[i], train->sample_axis()))
        throw Error(Exit::bad_request, graph.values()[v].place,
                    fmt::format("parameter '{}' has shape {}, which depends on the sample axis '{}'",
                                graph.values()[v].name, graph.sizes().text(s), train->sample_axis()));
  }
}

void TrainingTask::check_reach() {
  const std::vector<bool> by_objective = graph.reaching({objective()}), by_all = graph.reaching(observed);
  const Value& minimized = graph.values()[objective()];
  if (minimized.discrete)
    throw Error(
        Exit::bad_request, spec.minimize.place,
        fmt::format("train.minimize: '{}' is piecewise constant and has no gradient; watch it instead",
                    minimized.name));
  Problems problems;
  for (const ValueId v : graph.parameters()) {
    if (graph.values()[v].discrete) continue;
    if (by_objective[v])
      trained.push_back(v);
    else
      warnings.push_back(
          {graph.values()[v].place,
           fmt::format("the objective '{}' does not depend on the parameter '{}', which will not be trained",
                       minimized.name, graph.values()[v].name)});
  }
  if (trained.empty())
    problems.add(spec.minimize.place,
                 fmt::format("train.minimize: '{}' depends on no parameter, so there is nothing to train",
                             minimized.name));
  for (const ValueId v : graph.inputs())
    for (const Dataset* d : splits())
      if (by_all[v] && !d->feeds(v) && graph.values()[v].given.empty())
        problems.add(graph.values()[v].place,
                     fmt::format("data.{} does not feed the input '{}'", d->split(), graph.values()[v].name));
  const auto is_used = [&](const Node& n) {
    for (std::size_t t = 0; t < n.values.size(); ++t)
      if (n.type->ports()[n.ports[t]].role >= GR_OUTPUT && by_all[n.values[t]]) return true;
    return false;
  };
  running = running_parameters(graph);
  for (auto& [v, next] : running)
    std::erase_if(next, [&](ValueId n) { return !is_used(graph.nodes()[graph.values()[n].node]); });
  std::erase_if(running, [](const auto& r) { return r.second.empty(); });
  for (const Node& n : graph.nodes()) {
    if (!n.inner() && !is_used(n))
      warnings.push_back(
          {n.place,
           fmt::format("node '{}' is not used: nothing that is minimized or watched depends on it", n.name)});
  }
  problems.raise();
}

const Dataset* TrainingTask::data_of(const std::string& split) const {
  for (const Dataset* d : splits())
    if (d->split() == split) return d;
  return nullptr;
}

std::vector<std::uint32_t> TrainingTask::evaluated(const std::string& split) const {
  if (split == "train" && !drawn_.empty()) return drawn_;
  const Dataset* data = data_of(split);
  std::vector<std::uint32_t> rows(static_cast<std::size_t>(data ? data->samples() : split == "train"));
  std::iota(rows.begin(), rows.end(), 0u);
  return rows;
}

void TrainingTask::draw_evaluated() {
  if (samples() <= spec.evaluate_train) return;
  drawn_ = evaluated("train");
  Stream stream(spec.seed, "evaluate");
  shuffle(stream, drawn_);
  drawn_.resize(static_cast<std::size_t>(spec.evaluate_train));
  drawn_.shrink_to_fit();
  std::sort(drawn_.begin(), drawn_.end());
}

SplitValue TrainingTask::usual_watch() const {
  return {validation ? "validation"
          : test     ? "test"
                     : "train",
          spec.watch.empty() ? spec.minimize.name : spec.watch[0].name,
          {}};
}

void TrainingTask::shuffle_into(std::vector<std::uint32_t>& order, std::int64_t epoch) const {
  order_samples(order, static_cast<std::size_t>(samples()), spec.shuffle, train ? train->sample_bytes() : 1,
                spec.seed, epoch);
}

Step TrainingTask::training_step(std::uint64_t number) const {
  return {combine(combine(mix(spec.seed), hash("step")), number), true, pool};
}

void TrainingTask::feed(const Dataset* data, std::span<const std::uint32_t> rows, Workspace& w) {
  if (data) data->fetch(rows, w);
  w.load_given();  // anew: the plans share one arena
}

void TrainingTask::collect(const Workspace& w, Sums& sums) const {
  for (std::size_t i = 0; i < observed.size(); ++i) {
    const Tensor t = w.value(observed[i]);
    sums.totals[i] += sum(t);
    sums.entries[i] += t.entries;
  }
}

Means TrainingTask::means(const Sums& sums) const {
  Means means;
  for (std::size_t i = 0; i < observed.size(); ++i)
    means.emplace_back(graph.values()[observed[i]].name,
                       sums.totals[i] / static_cast<double>(std::max<std::int64_t>(1, sums.entries[i])));
  return means;
}

void TrainingTask::seed_gradient(const Workspace& w, double scale) const {
  fill(w.gradient(objective()), scale / static_cast<double>(w.value(objective()).entries));
}

}  // namespace graph_runner
