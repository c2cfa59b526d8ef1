#include "data/dataset.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/domain.hpp"
#include "core/text.hpp"
#include "data/drawn.hpp"
#include "data/preparation.hpp"

namespace graph_runner {

Dataset::Dataset(const Graph& graph, const SplitSpec& split, const std::filesystem::path& root,
                 SizeValues& sizes, const Preparations* given, std::uint64_t memory)
    : split_(split.name) {
  load(graph, split, root, sizes, memory);
  prepare(given);
}

Dataset::Dataset(const Dataset& whole, const std::string& split, const std::vector<std::uint32_t>& taken)
    : split_(split),
      columns_(whole.columns_),
      sample_axis_(whole.sample_axis_),
      samples_(static_cast<std::int64_t>(taken.size())) {
  const auto shared = std::make_shared<const std::vector<std::uint32_t>>(taken);
  for (Column& c : columns_) c.taken = shared;
}

Column Dataset::read(const Graph& graph, const ArraySpec& spec, const std::filesystem::path& root,
                     std::uint64_t memory) const {
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
  const std::uint64_t left = memory - std::min<std::uint64_t>(memory, bytes());
  if (spec.random > 0) {
    const Value& value = graph.values()[input];
    return {input, spec, draw_array(spec, split_, wanted, value.from, value.to, left)};
  }
  return {input, spec, load_array(spec, root, wanted, left)};
}

void Dataset::load(const Graph& graph, const SplitSpec& split, const std::filesystem::path& root,
                   SizeValues& sizes, std::uint64_t memory) {
  Problems problems;
  for (const ArraySpec& spec : split.arrays) try {
      Column column = read(graph, spec, root, memory);
      if (match(graph, spec, column, sizes, problems)) columns_.push_back(std::move(column));
    } catch (const Error& e) {
      problems.add(e);
    }
  if (split.arrays.empty())
    problems.add(split.place,
                 fmt::format("data.{}: feeds no input; expected a map from inputs to their data", split_));
  for (const Column& c : columns_) {
    if (&c == &columns_[0]) samples_ = c.samples();
    if (c.samples() != samples_)
      problems.add(c.place,
                   fmt::format("data.{}: input '{}' has {} sample{}, but '{}' has {}", split_, c.name,
                               c.samples(), c.samples() == 1 ? "" : "s", columns_[0].name, samples_));
  }
  problems.raise();
}

void Dataset::prepare(const Preparations* given) {
  Problems problems;
  if (!std::all_of(columns_.begin(), columns_.end(), [](const Column& c) { return c.in_memory(); }))
    feed_ = std::make_unique<RowFeed>(columns_);
  const Preparations taken = given ? Preparations{} : take_preparations(columns_, problems);
  problems.raise();
  for (Column& c : columns_) try {
      const Preparations& from = given ? *given : taken;
      const auto known = from.find(c.name);
      const Preparation p = known != from.end() ? known->second : Preparation{};
      use_preparation(c, p, split_);
      if (!p.mean.empty() || !p.fill.empty() || !p.classes.empty()) preparations_[c.name] = p;
    } catch (const Error& e) {
      problems.add(e);
    }
  problems.raise();
}

bool Dataset::match(const Graph& graph, const ArraySpec& spec, const Column& column, SizeValues& sizes,
                    Problems& problems) {
  const gr_shape& shape = graph.values()[column.input].shape;
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
  Shape found = column.sample_shape(), whole = found;
  whole.insert(whole.begin(), column.samples());
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

bool Dataset::has_text() const {
  return std::any_of(columns_.begin(), columns_.end(),
                     [](const Column& c) { return c.array->text.has_value(); });
}

std::size_t Dataset::bytes() const {
  std::size_t bytes = 0;
  for (const Column& c : columns_)
    if (c.in_memory()) bytes += static_cast<std::size_t>(c.samples()) * c.array->row_bytes();
  return bytes;
}

std::size_t Dataset::sample_bytes() const {
  std::size_t bytes = 0;
  for (const Column& c : columns_) bytes += c.array->row_bytes();
  return bytes;
}

Dataset::Expected Dataset::expect(std::span<const std::uint32_t> order, std::size_t first, std::int64_t batch,
                                  Shuffle shuffle) const {
  if (feed_)
    feed_->expect(order, first, static_cast<std::size_t>(batch), window_samples(shuffle, sample_bytes()));
  return {feed_.get(), [](RowFeed* feed) { feed->stop(); }};
}

void Dataset::fetch(std::span<const std::uint32_t> rows, Workspace& workspace) const {
  for (const Column& c : columns_) {
    const Tensor t = workspace.value(c.input);
    if (!t.data) continue;  // nothing that is asked for needs this input
    const std::byte* const read = c.in_memory() ? nullptr : feed_->rows(c, rows);
    t.scalar == ScalarType::float32 ? c.convert(rows, read, static_cast<float*>(t.data))
                                    : c.convert(rows, read, static_cast<double*>(t.data));
  }
}

std::vector<Problem> Dataset::outside_domains(const Graph& graph) const {
  std::vector<Problem> problems;
  for (const Column& c : columns_) {
    const std::vector<Domain> domains = domains_of(graph, c.input);
    std::vector<bool> met(domains.size());
    std::vector<double> sample(c.conversion.entries());
    const Shape shape = c.sample_shape();
    const std::size_t last = shape.empty() ? 1 : static_cast<std::size_t>(shape.back());
    if (domains.empty()) continue;
    c.each([&](std::uint32_t i, const std::byte* row) {
      c.conversion(row, sample.data());
      for (std::size_t d = 0; d < domains.size(); ++d)
        if (const std::string wrong = met[d] ? "" : domains[d].outside(sample, last); !wrong.empty()) {
          met[d] = true;
          problems.push_back({c.place, fmt::format("data.{}: sample {} of input '{}': {}, but {}", split_,
                                                   c.row(i) + 1, c.name, wrong, domains[d].because)});
        }
    });
  }
  return problems;
}

}  // namespace graph_runner
