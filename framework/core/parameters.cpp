#include "core/parameters.hpp"

#include <fmt/format.h>

#include <cmath>

#include "core/streams.hpp"

namespace graph_runner {

Parameters::Parameters(const Graph& graph, const SizeValues& sizes, ScalarType scalar) : scalar_(scalar) {
  shapes_.resize(graph.values().size());
  offsets_.assign(graph.values().size(), absent);
  std::size_t bytes = 0;
  for (const ValueId v : graph.parameters()) {
    const Value& value = graph.values()[v];
    std::int64_t entries = 0;
    try {
      for (std::int64_t i = 0; i < value.shape.rank; ++i)
        shapes_[v].push_back(graph.sizes().evaluate(value.shape.dims[i], sizes));
      entries = entries_of(shapes_[v]);
    } catch (const Error& e) {
      throw Error(e.exit(), value.place, fmt::format("parameter '{}': {}", value.name, e.what()));
    }
    count_ += entries;
    offsets_[v] = bytes;
    bytes += aligned(static_cast<std::size_t>(entries) * bytes_of(scalar));
  }
  memory_ = Buffer(bytes);
}

Tensor Parameters::tensor(ValueId v) const {
  return {memory_.data() + offsets_[v], &shapes_[v], scalar_, entries_of(shapes_[v])};
}

void Parameters::initialise(const Graph& graph, const SizeValues& sizes, std::uint64_t seed) {
  for (const ValueId v : graph.parameters()) {
    const Value& value = graph.values()[v];
    const Tensor t = tensor(v);
    std::vector<double> drawn(static_cast<std::size_t>(t.entries));
    Stream stream(seed, "init", value.name);
    // By default the fan is the last axis, and what fans out the first.
    const double in = value.fan != GR_UNKNOWN ? double(graph.sizes().evaluate(value.fan, sizes))
                      : t.shape->empty()      ? 1.0
                                              : double(t.shape->back());
    const double out = t.shape->empty() ? 1.0 : double(t.shape->front());
    const auto symmetric = [&](double bound) { fill_uniform(stream, -bound, bound, drawn); };
    switch (value.init.kind) {
      case GR_UNIFORM:
        symmetric(value.init.value);
        break;
      case GR_NORMAL:
        fill_normal(stream, 0, value.init.value, drawn);
        break;
      case GR_FAN:
        symmetric(1 / std::sqrt(in));
        break;
      case GR_HE:
        fill_normal(stream, 0, std::sqrt(2 / in), drawn);
        break;
      case GR_GLOROT:
        symmetric(std::sqrt(6 / (in + out)));
        break;
      default:
        std::fill(drawn.begin(), drawn.end(), value.init.value);
    }
    for (std::size_t i = 0; i < drawn.size(); ++i) {
      if (scalar_ == ScalarType::float32)
        t.as<float>()[i] = static_cast<float>(drawn[i]);
      else
        static_cast<double*>(t.data)[scalar_ == ScalarType::float64 ? i : 2 * i] = drawn[i];
    }
  }
}

}  // namespace graph_runner
