#include "data/dataset.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/domain.hpp"
#include "core/text.hpp"

namespace graph_runner {

Dataset::Dataset(const Graph& graph, const SplitSpec& split, const std::filesystem::path& root,
                 SizeValues& sizes)
    : split_(split.name) {
  Problems problems;
  for (const ArraySpec& spec : split.arrays) {
    try {
      std::vector<std::string> inputs;
      ValueId input = no_value;
      for (const ValueId v : graph.inputs()) {
        inputs.push_back(graph.values()[v].name);
        if (inputs.back() == spec.input) input = v;
      }
      if (input == no_value)
        throw Error(Exit::bad_request, spec.place,
                    fmt::format("data.{}: no input is called '{}'{}; expected {}", split_, spec.input,
                                did_you_mean(spec.input, inputs), any_of(inputs)));
      const gr_shape& shape = graph.values()[input].shape;
      Shape wanted;
      for (std::int64_t i = 1; i < shape.rank; ++i) wanted.push_back(std::max<gr_size>(shape.dims[i], -1));
      Array array = load_array(spec, root, wanted);
      if (!match(graph, spec, array, input, sizes, problems)) continue;
      columns_.push_back({input, std::move(array), spec.source_place});
    } catch (const Error& e) {
      problems.add(e);
    }
  }
  if (split.arrays.empty())
    problems.add(split.place,
                 fmt::format("data.{}: feeds no input; expected a map from inputs to their data", split_));
  for (const Column& c : columns_) {
    if (&c == &columns_[0]) samples_ = c.array.samples;
    if (c.array.samples != samples_)
      problems.add(c.place,
                   fmt::format("data.{}: input '{}' has {} sample{}, but '{}' has {}", split_,
                               graph.values()[c.input].name, c.array.samples, c.array.samples == 1 ? "" : "s",
                               graph.values()[columns_[0].input].name, samples_));
  }
  problems.raise();
}

bool Dataset::match(const Graph& graph, const ArraySpec& spec, Array& array, ValueId input, SizeValues& sizes,
                    Problems& problems) {
  const gr_shape& shape = graph.values()[input].shape;
  const auto refuse = [&](const std::string& why) {
    problems.add(spec.source_place, fmt::format("data.{}: input '{}' has shape {}, but {}", split_,
                                                spec.input, graph.sizes().text(shape), why));
    return false;
  };
  if (shape.rank < 1 || shape.dims[0] >= 0)
    return refuse("data wants a leading axis with a name, such as 'batch': it runs over the samples");
  const std::string axis = graph.sizes().text(shape.dims[0]);
  if (sample_axis_.empty()) sample_axis_ = axis;
  if (axis != sample_axis_)
    return refuse(
        fmt::format("the leading axis of the other inputs fed from data is '{}'; samples run over one size",
                    sample_axis_));
  // A batch has another size than the data: no other axis may depend on it.
  for (std::int64_t i = 1; i < shape.rank; ++i)
    if (graph.sizes().depends_on(shape.dims[i], axis))
      return refuse(fmt::format("samples run over '{}', so its other axes need another name", axis));
  Shape found = array.sample_shape;
  if (array.one_hot) found.push_back(array.one_hot);
  Shape whole = found;
  whole.insert(whole.begin(), array.samples);
  // Samples of several axes flatten into one: 28×28 pixels into 784.
  if (shape.rank == 2 && found.size() != 1) found = {entries_of(found)};
  if (found.size() != static_cast<std::size_t>(shape.rank - 1))
    return refuse(fmt::format("its data have shape {}", to_string(whole)));
  for (std::size_t i = 0; i < found.size(); ++i) {
    const gr_size want = shape.dims[i + 1];
    if (want >= 0) {
      if (want != found[i]) return refuse(fmt::format("its data have shape {}", to_string(whole)));
      continue;
    }
    const std::string name = graph.sizes().text(want);
    const auto [known, added] = sizes.try_emplace(name, found[i]);
    if (known->second != found[i])
      return refuse(fmt::format("its data have shape {}, and '{}' is {} elsewhere", to_string(whole), name,
                                known->second));
  }
  return true;
}

bool Dataset::feeds(ValueId input) const {
  return std::any_of(columns_.begin(), columns_.end(), [&](const Column& c) { return c.input == input; });
}

std::size_t Dataset::bytes() const {
  return std::accumulate(columns_.begin(), columns_.end(), std::size_t{0},
                         [](std::size_t n, const Column& c) { return n + c.array.bytes.size(); });
}

void Dataset::fetch(std::span<const std::uint32_t> rows, Workspace& workspace) const {
  for (const Column& c : columns_) {
    const Tensor t = workspace.value(c.input);
    if (!t.data) continue;  // nothing that is asked for needs this input
    t.scalar == ScalarType::float32 ? c.array.convert(rows, static_cast<float*>(t.data))
                                    : c.array.convert(rows, static_cast<double*>(t.data));
  }
}

std::vector<Problem> Dataset::outside_domains(const Graph& graph) const {
  std::vector<Problem> problems;
  for (const Column& c : columns_) {
    const std::vector<Domain> domains = domains_of(graph, c.input);
    if (domains.empty()) continue;
    const std::int64_t entries = c.array.one_hot ? c.array.one_hot : c.array.stored_entries();
    std::vector<double> sample(static_cast<std::size_t>(entries));
    const auto last = static_cast<std::size_t>(c.array.one_hot                ? c.array.one_hot
                                               : c.array.sample_shape.empty() ? 1
                                                                              : c.array.sample_shape.back());
    for (const Domain& d : domains)
      for (std::uint32_t row = 0; row < c.array.samples; ++row) {
        c.array.convert({&row, 1}, sample.data());
        if (const std::string wrong = d.outside(sample, last); !wrong.empty()) {
          problems.push_back({c.place, fmt::format("data.{}: sample {} of input '{}': {}, but {}", split_,
                                                   row + 1, graph.values()[c.input].name, wrong, d.because)});
          break;
        }
      }
  }
  return problems;
}

}  // namespace graph_runner
