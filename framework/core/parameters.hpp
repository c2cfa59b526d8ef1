// The parameters of a graph: their memory, which lives as long as the training, and how they start.
#pragma once

#include <vector>

#include "core/graph.hpp"
#include "core/tensor.hpp"

namespace graph_runner {

class Parameters {
 public:
  // Lays out all parameters of the graph for these sizes, zeroed. Throws Error (bad_request) where a size is
  // not given.
  Parameters(const Graph& graph, const SizeValues& sizes, ScalarType scalar);

  // Draws the initial values: each parameter from its own stream, keyed by the seed and its name.
  void initialise(const Graph& graph, const SizeValues& sizes, std::uint64_t seed);

  ScalarType scalar() const { return scalar_; }
  bool has(ValueId v) const { return offsets_[v] != absent; }
  Tensor tensor(ValueId v) const;
  // The number of parameters: entries, not tensors.
  std::int64_t count() const { return count_; }

 private:
  static constexpr std::size_t absent = static_cast<std::size_t>(-1);
  ScalarType scalar_;
  std::vector<Shape> shapes_;  // by ValueId; empty for values that are no parameters
  std::vector<std::size_t> offsets_;
  Buffer memory_;
  std::int64_t count_ = 0;
};

}  // namespace graph_runner
