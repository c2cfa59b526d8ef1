#include "data/conversion.hpp"

#include <algorithm>
#include <cmath>
#include <type_traits>

#include "core/clones.hpp"

namespace graph_runner {

namespace {

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

template <bool filled, class S>
inline double number(const S* from, std::size_t i, const double* fill) {
  const auto x = static_cast<double>(from[i]);
  if constexpr (filled)
    return x == x ? x : fill[i];
  else
    return x;
}

template <bool filled, class S, class T>
GRAPH_RUNNER_CLONES void scaled(const S* from, std::size_t n, double scale, const double* fill, T* out) {
  if constexpr (std::is_same_v<S, std::uint8_t> && std::is_same_v<T, float>) {  // pixels
    const auto factor = static_cast<float>(scale);
    for (std::size_t i = 0; i < n; ++i) out[i] = static_cast<float>(from[i]) * factor;
  } else {
    for (std::size_t i = 0; i < n; ++i) out[i] = static_cast<T>(number<filled>(from, i, fill) * scale);
  }
}

template <bool filled, class S, class T>
GRAPH_RUNNER_CLONES void standardized(const S* from, std::size_t n, const double* mean, const double* inverse,
                                      const double* fill, T* out) {
  for (std::size_t i = 0; i < n; ++i)
    out[i] = static_cast<T>((number<filled>(from, i, fill) - mean[i]) * inverse[i]);
}

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

template <class T>
void convert(const Conversion& c, const std::byte* row, T* out) {
  with_type(c.type, row, [&](const auto* from) {
    constexpr bool may_lack = !std::is_integral_v<std::remove_cvref_t<decltype(*from)>>;
    const auto label = [&](std::size_t i) {
      const auto code = static_cast<std::size_t>(static_cast<double>(from[i]));
      return c.class_of.empty() ? code : static_cast<std::size_t>(c.class_of[code]);
    };
    if (c.one_hot) {
      std::fill_n(out, c.entries(), T(0));
      for (std::size_t i = 0; i < c.stored; ++i, out += c.one_hot) out[label(i)] = T(1);
    } else if (!c.class_of.empty()) {
      for (std::size_t i = 0; i < c.stored; ++i) out[i] = static_cast<T>(label(i));
    } else if (may_lack && !c.fill.empty()) {
      c.mean.empty()
          ? scaled<may_lack>(from, c.stored, c.scale, c.fill.data(), out)
          : standardized<may_lack>(from, c.stored, c.mean.data(), c.inverse.data(), c.fill.data(), out);
    } else {
      c.mean.empty() ? scaled<false>(from, c.stored, c.scale, nullptr, out)
                     : standardized<false>(from, c.stored, c.mean.data(), c.inverse.data(), nullptr, out);
    }
  });
}

}  // namespace

std::size_t bytes_of(StoredType type) {
  std::size_t bytes = 0;
  with_type(type, nullptr, [&](const auto* from) { bytes = sizeof(*from); });
  return bytes;
}

void Conversion::operator()(const std::byte* row, float* out) const { convert(*this, row, out); }
void Conversion::operator()(const std::byte* row, double* out) const { convert(*this, row, out); }

void Conversion::read(const std::byte* row, double* out) const {
  with_type(type, row, [&](const auto* from) {
    for (std::size_t i = 0; i < stored; ++i) out[i] = static_cast<double>(from[i]);
  });
}

}  // namespace graph_runner
