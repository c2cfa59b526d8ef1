// One input's data in memory, in the type that the file stores (MNIST's pixels stay bytes), converted a batch
// at a time.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "core/tensor.hpp"
#include "data/data_spec.hpp"

namespace graph_runner {

enum class StoredType { u8, i8, u16, i16, u32, i32, u64, i64, f16, f32, f64 };

std::size_t bytes_of(StoredType type);

// Samples along the first axis, each of `sample_shape`.
struct Array {
  StoredType type = StoredType::f64;
  std::int64_t samples = 0;
  Shape sample_shape;
  std::vector<std::byte> bytes;
  double scale = 1;
  std::int64_t one_hot = 0;  // if > 0, entries are labels and a converted sample has this many entries
  std::vector<std::string> classes;  // their names, where they have any

  std::int64_t stored_entries() const { return entries_of(sample_shape); }  // a sample's, as stored
  // Writes the samples at `rows` one after the other: scaled, or as one-hot rows. Reads each byte once; does
  // not allocate.
  void convert(std::span<const std::uint32_t> rows, float* out) const;
  void convert(std::span<const std::uint32_t> rows, double* out) const;
};

// Loads what the spec names and applies `rows`, `scale` and `one_hot`. `wanted` is the shape of a sample that
// the input takes, -1 for an axis of any length: it decides whether images are grey or in colour. Throws
// Error: file_failed where the file cannot be read, bad_request where it is malformed, or a label is outside
// 0 … one_hot - 1.
Array load_array(const ArraySpec& spec, const std::filesystem::path& root, const Shape& wanted = {});

}  // namespace graph_runner
