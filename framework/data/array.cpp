#include "data/array.hpp"

#include <fmt/format.h>

#include <cstring>

#include "data/formats.hpp"

namespace graph_runner {

namespace {

Array in_place(const ArraySpec& spec) {
  refuse_format_options(spec);
  Array a;
  a.type = StoredType::f64;
  a.samples = spec.shape.empty() ? 0 : spec.shape[0];
  if (!spec.shape.empty()) a.sample_shape.assign(spec.shape.begin() + 1, spec.shape.end());
  a.bytes.resize(spec.values.size() * sizeof(double));
  std::memcpy(a.bytes.data(), spec.values.data(), a.bytes.size());
  return a;
}

void take_rows(Array& a, std::int64_t first, std::int64_t last) {
  a.samples = last - first + 1;
  if (a.text) a.text->first += (first - 1) * entries_of(a.sample_shape);
  if (a.file) return a.file->skip(static_cast<std::uint64_t>(first - 1));
  const auto size = static_cast<std::ptrdiff_t>(a.row_bytes());
  a.bytes.erase(a.bytes.begin() + last * size, a.bytes.end());
  a.bytes.erase(a.bytes.begin(), a.bytes.begin() + (first - 1) * size);
  a.bytes.shrink_to_fit();
}

}  // namespace

Array load_array(const ArraySpec& spec, const std::filesystem::path& root, const Shape& wanted,
                 std::uint64_t memory) {
  const auto located = [&](const Error& e) {
    std::vector<Problem> problems = e.problems();
    for (Problem& p : problems) {
      if (p.place.line == 0) p.place = spec.source_place;  // of the file, not of an option
      p.message = fmt::format("input '{}': {}", spec.input, p.message);
    }
    return Error(e.exit(), std::move(problems));
  };
  Array a;
  try {
    std::filesystem::path file;
    for (const auto& part : root / spec.file)
      if (part != ".") file /= part;  // messages name the file: "data/x" rather than "./data/./x"
    a = spec.file.empty() ? in_place(spec) : read_array(file, spec, wanted, memory);
  } catch (const Error& e) {
    throw located(e);
  }
  if (a.samples > std::int64_t{UINT32_MAX})
    throw Error(Exit::bad_request, spec.source_place,
                fmt::format("input '{}': {} samples; {} is the most", spec.input, a.samples, UINT32_MAX));
  if (spec.rows) {
    const auto [first, last] = *spec.rows;
    if (last > a.samples)
      throw Error(Exit::bad_request, spec.rows_place,
                  fmt::format("input '{}': rows [{}, {}] of data with {} samples", spec.input, first, last,
                              a.samples));
    take_rows(a, first, last);
  }
  if (spec.options.classes) a.classes = *spec.options.classes;
  return a;
}

}  // namespace graph_runner
