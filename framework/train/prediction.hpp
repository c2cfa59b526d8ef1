// Values of a graph for samples, with parameters as they are: what a trained model is used for.
#pragma once

#include <string>
#include <vector>

#include "core/parameters.hpp"
#include "core/threads.hpp"
#include "data/dataset.hpp"

namespace graph_runner {

struct Prediction {
  std::string name;
  Shape shape;                // samples first
  std::vector<float> values;  // row-major

  std::int64_t samples() const { return shape[0]; }
  std::int64_t entries_a_sample() const { return static_cast<std::int64_t>(values.size()) / shape[0]; }
};

// Computes values of float parameters for all samples of a dataset, a batch at a time, with dropout off.
// `sizes` are those that the data fix. Throws Error: bad_request where a value has no row a sample or needs
// an input that is not fed, run_failed where one is not finite or a node fails.
std::vector<Prediction> predict(const Graph& graph, const Parameters& parameters, const SizeValues& sizes,
                                const Dataset& data, const std::vector<std::string>& values,
                                ThreadPool* pool = nullptr);

}  // namespace graph_runner
