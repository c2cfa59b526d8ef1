// What makes a sample of a stored row: numbers of the type that the file stores, scaled or standardized; or
// labels, each of which becomes a row with a single 1. A character is a label by its place among the classes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace graph_runner {

enum class StoredType { u8, i8, u16, i16, u32, i32, u64, i64, f16, f32, f64 };
std::size_t bytes_of(StoredType type);

struct Conversion {
  StoredType type = StoredType::f64;
  std::size_t stored = 1;    // entries of a row
  double scale = 1;          // every entry is multiplied by this
  std::int64_t one_hot = 0;  // if > 0, entries are labels, and each becomes this many
  // Of a text, the class of each code point, -1 where it is none; else empty: entries are what they are.
  std::vector<std::int32_t> class_of;
  // By entry of a row; empty where nothing of the kind is done. What is no number becomes `fill`, and then
  // (x - mean) · inverse.
  std::vector<double> fill, mean, inverse;

  std::size_t entries() const { return stored * static_cast<std::size_t>(one_hot ? one_hot : 1); }
  // Writes the sample that a row makes: reads each byte once, does not allocate. Labels have been checked.
  void operator()(const std::byte* row, float* out) const;
  void operator()(const std::byte* row, double* out) const;
  // The numbers of a row as they are stored.
  void read(const std::byte* row, double* out) const;
};

}  // namespace graph_runner
