#include "data/column.hpp"

#include <fmt/format.h>

#include <cmath>

namespace graph_runner {

namespace {

void check_labels(const Column& column) {
  const auto classes = static_cast<double>(column.conversion.one_hot);
  std::vector<double> labels(column.conversion.stored);
  column.each([&](std::uint32_t sample, const std::byte* row) {
    column.conversion.read(row, labels.data());
    for (const double label : labels)
      if (!(label >= 0 && label < classes && label == std::floor(label)))
        throw Error(
            Exit::bad_request, column.place,
            fmt::format(
                "input '{}': the label of sample {} is {}; one_hot: {} wants whole numbers from 0 to {}",
                column.name, sample + 1, label, classes, classes - 1));
  });
}

}  // namespace

Column::Column(ValueId of, const ArraySpec& spec, Array stored)
    : input(of),
      name(spec.input),
      place(spec.source_place),
      array(std::make_shared<const Array>(std::move(stored))),
      standardize(spec.standardize),
      fill(bool(spec.options.missing)) {
  conversion.type = array->type;
  conversion.stored = static_cast<std::size_t>(entries_of(array->sample_shape));
  conversion.scale = spec.scale;
  conversion.one_hot = spec.one_hot;
  // Which label a character is, the training data say.
  if (spec.one_hot && !array->text) check_labels(*this);
}

Shape Column::sample_shape() const {
  if (conversion.one_hot == 0) return array->sample_shape;
  Shape shape = conversion.stored == 1 ? Shape{} : array->sample_shape;
  shape.push_back(conversion.one_hot);
  return shape;
}

void Column::read_rows(std::span<const std::uint32_t> samples, std::byte* to) const {
  const std::size_t size = array->row_bytes();
  for (std::size_t i = 0, end = 0; i < samples.size(); i = end) {
    // Rows that follow each other in the file are read at once.
    for (end = i + 1; end < samples.size() && row(samples[end]) == row(samples[end - 1]) + 1;) ++end;
    array->file->read(row(samples[i]), end - i, to + i * size);
  }
}

void Column::each(const std::function<void(std::uint32_t, const std::byte*)>& body) const {
  const std::size_t size = array->row_bytes();
  const auto all = static_cast<std::uint32_t>(samples());
  if (in_memory()) {
    for (std::uint32_t i = 0; i < all; ++i) body(i, array->bytes.data() + row(i) * size);
    return;
  }
  std::uint32_t next = 0;
  array->file->each(
      static_cast<std::uint64_t>(array->samples), [&](std::uint64_t first, std::span<const std::byte> rows) {
        for (const std::uint64_t end = first + rows.size() / size; next < all && row(next) < end; ++next)
          body(next, rows.data() + (row(next) - first) * size);
      });
}

}  // namespace graph_runner
