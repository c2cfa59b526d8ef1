#include "data/array.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstring>

#include "core/clones.hpp"
#include "data/formats.hpp"

namespace graph_runner {

namespace {

GRAPH_RUNNER_CLONES void scale_u8(const std::uint8_t* from, std::size_t n, float scale, float* to) {
  for (std::size_t i = 0; i < n; ++i) to[i] = static_cast<float>(from[i]) * scale;
}

// IEEE 754 binary16: a sign, 5 bits of exponent, 10 of mantissa.
struct Half {
  std::uint16_t bits;

  explicit operator double() const {
    const int exponent = bits >> 10 & 31, mantissa = bits & 1023;
    const double size = exponent == 31  ? (mantissa ? NAN : INFINITY)
                        : exponent == 0 ? std::ldexp(mantissa, -24)
                                        : std::ldexp(1024 + mantissa, exponent - 25);
    return bits >> 15 ? -size : size;
  }
};

// Calls body with a pointer of the stored type.
template <class Body>
void with_type(StoredType type, const std::byte* bytes, Body&& body) {
  switch (type) {
    case StoredType::u8:
      return body(reinterpret_cast<const std::uint8_t*>(bytes));
    case StoredType::i8:
      return body(reinterpret_cast<const std::int8_t*>(bytes));
    case StoredType::u16:
      return body(reinterpret_cast<const std::uint16_t*>(bytes));
    case StoredType::i16:
      return body(reinterpret_cast<const std::int16_t*>(bytes));
    case StoredType::u32:
      return body(reinterpret_cast<const std::uint32_t*>(bytes));
    case StoredType::i32:
      return body(reinterpret_cast<const std::int32_t*>(bytes));
    case StoredType::u64:
      return body(reinterpret_cast<const std::uint64_t*>(bytes));
    case StoredType::i64:
      return body(reinterpret_cast<const std::int64_t*>(bytes));
    case StoredType::f16:
      return body(reinterpret_cast<const Half*>(bytes));
    case StoredType::f32:
      return body(reinterpret_cast<const float*>(bytes));
    case StoredType::f64:
      return body(reinterpret_cast<const double*>(bytes));
  }
}

template <class S, class T>
void convert_row(const S* from, std::size_t n, double scale, T* to) {
  if constexpr (std::is_same_v<S, std::uint8_t> && std::is_same_v<T, float>)
    scale_u8(from, n, static_cast<float>(scale), to);
  else
    for (std::size_t i = 0; i < n; ++i) to[i] = static_cast<T>(static_cast<double>(from[i]) * scale);
}

template <class T>
void convert_rows(const Array& a, std::span<const std::uint32_t> rows, T* out) {
  const auto entries = static_cast<std::size_t>(a.stored_entries());
  with_type(a.type, a.bytes.data(), [&](const auto* data) {
    for (const std::uint32_t row : rows) {
      const auto* from = data + row * entries;
      if (a.one_hot) {
        const auto classes = static_cast<std::size_t>(a.one_hot);
        std::fill(out, out + classes, T(0));
        out[static_cast<std::size_t>(static_cast<double>(*from))] = T(1);  // a label that was checked
        out += classes;
      } else {
        convert_row(from, entries, a.scale, out);
        out += entries;
      }
    }
  });
}

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

}  // namespace

std::size_t bytes_of(StoredType type) {
  std::size_t bytes = 0;
  with_type(type, nullptr, [&](const auto* entry) { bytes = sizeof *entry; });
  return bytes;
}

void Array::convert(std::span<const std::uint32_t> rows, float* out) const { convert_rows(*this, rows, out); }
void Array::convert(std::span<const std::uint32_t> rows, double* out) const {
  convert_rows(*this, rows, out);
}

Array load_array(const ArraySpec& spec, const std::filesystem::path& root, const Shape& wanted) {
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
    a = spec.file.empty() ? in_place(spec) : read_array(file, spec, wanted);
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
    const auto size =
        static_cast<std::ptrdiff_t>(bytes_of(a.type) * static_cast<std::size_t>(a.stored_entries()));
    a.bytes.erase(a.bytes.begin() + last * size, a.bytes.end());
    a.bytes.erase(a.bytes.begin(), a.bytes.begin() + (first - 1) * size);
    a.bytes.shrink_to_fit();
    a.samples = last - first + 1;
  }
  a.scale = spec.scale;
  a.one_hot = spec.one_hot;
  if (spec.options.classes) a.classes = *spec.options.classes;
  if (a.one_hot) {
    if (!a.sample_shape.empty() && a.stored_entries() != 1)
      throw Error(Exit::bad_request, spec.source_place,
                  fmt::format("input '{}': one_hot wants one label a sample, but a sample has shape {}",
                              spec.input, to_string(a.sample_shape)));
    with_type(a.type, a.bytes.data(), [&](const auto* labels) {
      for (std::int64_t i = 0; i < a.samples; ++i)
        if (const auto label = static_cast<double>(labels[i]);
            !(label >= 0 && label < double(a.one_hot)) || label != double(std::int64_t(label)))
          throw Error(
              Exit::bad_request, spec.source_place,
              fmt::format(
                  "input '{}': the label of sample {} is {}; one_hot: {} wants whole numbers from 0 to {}",
                  spec.input, i + 1, label, a.one_hot, a.one_hot - 1));
    });
    a.sample_shape = {};
  }
  return a;
}

}  // namespace graph_runner
