#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "data/formats.hpp"

namespace graph_runner {

namespace {

std::uint32_t big_endian(const std::byte* p) {
  return std::to_integer<std::uint32_t>(p[0]) << 24 | std::to_integer<std::uint32_t>(p[1]) << 16 |
         std::to_integer<std::uint32_t>(p[2]) << 8 | std::to_integer<std::uint32_t>(p[3]);
}

struct TypeCode {
  unsigned code;
  StoredType type;
  std::size_t size;
};
constexpr TypeCode type_codes[] = {{0x08, StoredType::u8, 1},  {0x09, StoredType::i8, 1},
                                   {0x0B, StoredType::i16, 2}, {0x0C, StoredType::i32, 4},
                                   {0x0D, StoredType::f32, 4}, {0x0E, StoredType::f64, 8}};

const TypeCode* type_of(std::byte code) {
  const auto found = std::find_if(std::begin(type_codes), std::end(type_codes), [&](const TypeCode& t) {
    return t.code == std::to_integer<unsigned>(code);
  });
  return found == std::end(type_codes) ? nullptr : found;
}

void to_native(std::vector<std::byte>& bytes, std::size_t size) {
  if constexpr (std::endian::native == std::endian::little)
    for (std::size_t i = 0; size > 1 && i + size <= bytes.size(); i += size)
      std::reverse(bytes.begin() + static_cast<std::ptrdiff_t>(i),
                   bytes.begin() + static_cast<std::ptrdiff_t>(i + size));
}

}  // namespace

bool begins_as_idx(std::span<const std::byte> head) {
  return head.size() >= 4 && head[0] == std::byte{0} && head[1] == std::byte{0} && type_of(head[2]);
}

Array read_idx(Source& in) {
  std::byte head[4];
  if (in.read(head, 4) < 4) in.malformed("not an IDX file: shorter than its 4-byte magic number");
  const TypeCode* const type = type_of(head[2]);
  if (!begins_as_idx(head))
    in.malformed(
        fmt::format("not an IDX file: the magic number is 0x{:08X}, expected 0x0000TTRR with a type TT of "
                    "08, 09, 0B, 0C, 0D or 0E "
                    "and a rank RR",
                    big_endian(head)));
  const auto rank = std::to_integer<std::size_t>(head[3]);
  if (rank < 1 || rank > GR_MAX_RANK)
    in.malformed(fmt::format("has rank {}; 1 to {} are possible", rank, GR_MAX_RANK));
  Array array;
  array.type = type->type;
  std::size_t expected = type->size;
  for (std::size_t i = 0; i < rank; ++i) {
    std::byte size[4];
    if (in.read(size, 4) < 4) in.malformed("is cut short inside its header");
    const std::int64_t n = big_endian(size);
    if (n < 1) in.malformed(fmt::format("axis {} has size 0", i + 1));
    if (__builtin_mul_overflow(expected, static_cast<std::size_t>(n), &expected) ||
        expected > (std::size_t{1} << 44))
      in.malformed("the sizes in its header are too large: their product overflows");
    i == 0 ? (void)(array.samples = n) : array.sample_shape.push_back(n);
  }
  // The header is not believed: memory grows with what is really there.
  constexpr std::size_t step = std::size_t{1} << 24;
  constexpr std::size_t most_gzip_ratio = 1032;  // of deflate
  if (expected / most_gzip_ratio <= in.bytes_on_disk()) array.bytes.reserve(expected);
  while (array.bytes.size() < expected) {
    const std::size_t had = array.bytes.size(), want = std::min(step, expected - had);
    array.bytes.resize(had + want);
    const std::size_t got = in.read(array.bytes.data() + had, want);
    if (got < want)
      in.malformed(fmt::format("holds {} bytes of data; its header promises {}", had + got, expected));
  }
  std::byte more;
  if (in.read(&more, 1) != 0)
    in.malformed(fmt::format("goes on after the {} bytes of data that its header promises", expected));
  to_native(array.bytes, type->size);
  return array;
}

}  // namespace graph_runner
