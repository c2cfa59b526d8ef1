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

// An option that the graph file gives, and where.
template <class T>
struct Option {
  std::optional<T> value;
  Place place;

  explicit operator bool() const { return value.has_value(); }
  const T& operator*() const { return *value; }
};

// A column of a table: by its name, or by its number, counted from 1.
struct ColumnSpec {
  std::string name;
  std::int64_t number = 0;  // 0: by its name
  Place place;
};

enum class Fill { mean };  // of the training data

// What some formats of data files take; the others refuse it.
struct FormatOptions {
  Option<std::vector<ColumnSpec>> columns;             // of CSV: these alone, in this order
  Option<bool> header;                                 // of CSV: whether the first row names the columns
  Option<Fill> missing;                                // of CSV: missing cells are read as NaN, to be filled
  Option<std::string> array;                           // of NPZ: which of its arrays
  Option<std::pair<std::int64_t, std::int64_t>> size;  // of PNG: height and width to resample to
  Option<bool> invert;                                 // of PNG: black becomes white
  Option<bool> centre;                                 // of PNG: a digit as MNIST has it
  Option<std::vector<std::string>> classes;            // of CSV and PNG: one_hot's classes, by name
};

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
  FormatOptions options;
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
