// What a graph file says about data: plain structs.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
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

// Which characters of a text a sample holds: some that follow each other, or of each of these the one after
// it.
enum class Characters { current, next };

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
  Option<Characters> characters;                       // of text
};

// Where one input's data come from: a file, values in place, or random numbers.
struct ArraySpec {
  std::string input;
  std::string file;            // relative to the root; empty: in place or drawn
  Shape shape;                 // of the values in place
  std::vector<double> values;  // row-major
  std::int64_t random = 0;     // if > 0, so many samples are drawn in the range that the input declares
  std::uint64_t seed = 1;      // of what is drawn
  double scale = 1;            // every entry is multiplied by this
  std::int64_t one_hot = 0;    // if > 0, labels 0 … one_hot - 1 become rows with a single 1
  bool standardize = false;    // to mean 0 and deviation 1 in the training split, entry by entry
  std::optional<std::pair<std::int64_t, std::int64_t>> rows;  // first and last sample, counted from 1
  Place place;                                                // of the input's name
  Place source_place;                                         // of the file's name or the values
  Place rows_place;
  FormatOptions options;
};

// What was taken from the training data of an input, and stays with the model: plain numbers and texts.
struct Preparation {
  std::vector<double> mean,
      deviation;                     // by entry of a sample: `standardize`; empty where it is not asked for
  std::vector<double> fill;          // by entry of a sample: for missing cells; empty where none is asked for
  std::vector<std::string> classes;  // names of one_hot's classes, in order, or the characters of a text;
                                     // empty where they are numbers
};
using Preparations = std::map<std::string, Preparation>;  // by input; of those alone that have one

struct SplitSpec {
  std::string name;  // "train", "validation" or "test"
  std::vector<ArraySpec> arrays;
  Place place;
};

// Samples of data.train that are drawn for other splits; of a text, those at its end.
struct DrawSpec {
  double test = 0, validation = 0;  // fractions of all samples; 0: no such split
  std::uint64_t seed = 1;
  Place place, test_place, validation_place, seed_place;  // of the seed, where it is given
};

struct DataSpec {
  std::string root = ".";  // relative to the graph file
  std::vector<SplitSpec> splits;
  std::optional<DrawSpec> draw;
  std::optional<std::uint64_t> memory;  // bytes that data may take; half of the machine's where it is not set
  Place place;

  // Where relative files lie: in `given`, where it is not empty, or else by `root` from the folder of the
  // graph file on.
  std::filesystem::path files(const std::filesystem::path& folder, const std::filesystem::path& given) const {
    return given.empty() ? folder / root : given;
  }
  const SplitSpec* find(const std::string& name) const {
    for (const SplitSpec& s : splits)
      if (s.name == name) return &s;
    return nullptr;
  }
  // Whether there is such a split, of its own or drawn.
  bool has(const std::string& name) const {
    return find(name) ||
           (draw && ((name == "test" && draw->test > 0) || (name == "validation" && draw->validation > 0)));
  }
};

}  // namespace graph_runner
