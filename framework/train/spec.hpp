// What a graph file says about data and training: plain structs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/error.hpp"
#include "core/tensor.hpp"

namespace graph_runner {

// Where one input's data come from: a file, or values in place.
struct ArraySpec {
  std::string input;
  std::string file;            // relative to the root; empty: in place
  Shape shape;                 // of the values in place
  std::vector<double> values;  // row-major
  double scale = 1;            // every entry is multiplied by this
  std::int64_t one_hot = 0;    // if > 0, labels 0 … one_hot - 1 become rows with a single 1
  std::optional<std::pair<std::int64_t, std::int64_t>> rows;  // first and last sample, counted from 1
  Place place;                                                // of the input's name
  Place source_place;                                         // of the file's name or the values
  Place rows_place;
};

struct SplitSpec {
  std::string name;  // "train" or "test"
  std::vector<ArraySpec> arrays;
  Place place;
};

struct DataSpec {
  std::string root = ".";  // relative to the graph file
  std::vector<SplitSpec> splits;
  Place place;

  const SplitSpec* find(const std::string& name) const {
    for (const SplitSpec& s : splits)
      if (s.name == name) return &s;
    return nullptr;
  }
};

// Stochastic gradient descent: v ← momentum v + (g + weight_decay p),  p ← p - rate v.
struct OptimizerSpec {
  double rate = 0;
  double momentum = 0;
  double weight_decay = 0;
};

struct NameSpec {
  std::string name;
  Place place;
};

// A bound that the last epoch must meet: at most for the minimized value, at least for a watched one.
struct RequirementSpec {
  std::string split;
  std::string value;
  double bound = 0;
  Place place;
};

struct TrainSpec {
  NameSpec minimize;
  OptimizerSpec optimizer;
  std::int64_t batch = 0;  // 0: not given; only where there are no data
  std::int64_t epochs = 0;
  std::uint64_t seed = 1;
  std::vector<NameSpec> watch;
  std::vector<RequirementSpec> require;
  Place place;
};

}  // namespace graph_runner
