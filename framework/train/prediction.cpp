#include "train/prediction.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "train/programs.hpp"
#include "train/task.hpp"

namespace graph_runner {

namespace {

constexpr std::int64_t batch = 64;

void check(const Graph& graph, const Dataset& data, const std::vector<ValueId>& wanted) {
  Problems problems;
  for (const ValueId v : wanted) {
    const Value& value = graph.values()[v];
    const gr_shape& s = value.shape;
    if (s.rank < 1 || graph.sizes().text(s.dims[0]) != data.sample_axis())
      problems.add({},
                   fmt::format("'{}' has shape {}; what is predicted has a row for each sample, so its first "
                               "axis is '{}'",
                               value.name, graph.sizes().text(s), data.sample_axis()));
  }
  const std::vector<bool> needed = graph.reaching(wanted);
  for (const ValueId v : graph.inputs())
    if (needed[v] && graph.values()[v].given.empty() && !data.feeds(v))
      problems.add({}, fmt::format("what is predicted depends on the input '{}', which is not given",
                                   graph.values()[v].name));
  problems.raise();
}

}  // namespace

std::vector<Prediction> predict(const Graph& graph, const Parameters& parameters, const SizeValues& sizes,
                                const Dataset& data, const std::vector<std::string>& values,
                                ThreadPool* pool) {
  PlanRequest request;
  request.sizes = sizes;
  for (const std::string& name : values) request.keep.push_back(graph.find(name));
  const std::vector<ValueId> wanted = request.keep;
  check(graph, data, wanted);
  Programs programs(graph, std::move(request), data.sample_axis(), batch);
  programs.plan(data.samples());
  programs.allocate(parameters, std::make_shared<Buffer>(programs.arena_bytes()));
  std::vector<Prediction> made;
  for (const std::string& name : values) made.push_back({name, {}, {}});
  std::vector<std::uint32_t> rows(static_cast<std::size_t>(data.samples()));
  std::iota(rows.begin(), rows.end(), 0u);
  programs.each_batch(rows, [&](Workspace& w, std::span<const std::uint32_t> part) {
    TrainingTask::feed(&data, part, w);
    walk_forward(w, {0, false, pool});
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      const Tensor t = w.value(wanted[i]);
      made[i].shape = *t.shape;
      const auto entries = t.as<float>();
      if (const std::int64_t at = first_not_finite(t); at >= 0)
        throw Error(
            Exit::run_failed,
            fmt::format("the value of '{}' is not finite for sample {}", values[i],
                        data.number_of(part[std::size_t(index_of(*t.shape, std::size_t(at))[0] - 1)])));
      made[i].values.insert(made[i].values.end(), entries.begin(), entries.end());
    }
  });
  for (Prediction& p : made) p.shape[0] = data.samples();
  return made;
}

}  // namespace graph_runner
