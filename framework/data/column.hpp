// The samples of one input: rows of an array, and what makes samples of them.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/graph.hpp"
#include "data/array.hpp"

namespace graph_runner {

struct Column {
  // Throws Error (bad_request) where the spec asks for labels and a row is none.
  Column(ValueId input, const ArraySpec& spec, Array stored);

  ValueId input;
  std::string name;  // of the input
  Place place;       // of its data
  std::shared_ptr<const Array> array;
  // The row of each sample, ascending; null: every row is one.
  std::shared_ptr<const std::vector<std::uint32_t>> taken;
  bool standardize = false, fill = false;  // what is asked for
  Conversion conversion;

  std::int64_t samples() const { return taken ? static_cast<std::int64_t>(taken->size()) : array->samples; }
  std::uint32_t row(std::uint32_t sample) const { return taken ? (*taken)[sample] : sample; }
  Shape sample_shape() const;  // once it is converted
  bool in_memory() const { return !array->file; }

  // Writes samples one after the other. Of a column that is not in memory, `rows` are theirs, as `read_rows`
  // gives them. Reads each byte once; does not allocate.
  template <class T>
  void convert(std::span<const std::uint32_t> samples, const std::byte* rows, T* out) const {
    const std::size_t size = array->row_bytes();
    for (std::size_t i = 0; i < samples.size(); ++i, out += conversion.entries())
      conversion(rows ? rows + i * size : array->bytes.data() + row(samples[i]) * size, out);
  }
  void read_rows(std::span<const std::uint32_t> samples, std::byte* to) const;
  // Calls body(sample, row) for all samples in their order.
  void each(const std::function<void(std::uint32_t sample, const std::byte* row)>& body) const;
};

}  // namespace graph_runner
