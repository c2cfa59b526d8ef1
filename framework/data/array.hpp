// One input's data as they are stored, in the type of the file (MNIST's pixels stay bytes): in memory, or as
// rows of a file.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/tensor.hpp"
#include "data/conversion.hpp"
#include "data/data_spec.hpp"
#include "data/row_file.hpp"

namespace graph_runner {

// Where the characters of a text lie in its file, for messages.
struct TextPlaces {
  std::vector<std::int64_t> lines;  // of each line: the number of its first character, from 0
  std::int64_t first = 0;           // the number of the first character of the first row

  // "line 12, column 3": of the entry of the rows that has this number, from 0.
  std::string text(std::int64_t entry) const;
};

// Samples along the first axis, each of `sample_shape`: a row a sample.
struct Array {
  StoredType type = StoredType::f64;
  std::int64_t samples = 0;
  Shape sample_shape;
  std::vector<std::byte> bytes;      // row after row; none where they stay in the file
  std::unique_ptr<RowFile> file;     // the rows, where they do not fit into memory
  std::vector<std::string> classes;  // the names of labels, where they have any
  std::optional<TextPlaces> text;    // of a text: entries are code points

  std::size_t row_bytes() const {
    return bytes_of(type) * static_cast<std::size_t>(entries_of(sample_shape));
  }
};

// Loads what the spec names, and takes its `rows`. `wanted` is the shape of a sample that the input takes, -1
// for an axis of any length: it decides whether images are grey or in colour. What is larger than `memory`
// bytes stays in its file. Throws Error: file_failed where the file cannot be read, bad_request where it is
// malformed, or too large and cannot be read by rows.
Array load_array(const ArraySpec& spec, const std::filesystem::path& root, const Shape& wanted,
                 std::uint64_t memory);

}  // namespace graph_runner
