// What a graph file says about data: plain structs.
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

}  // namespace graph_runner
