#include <fmt/format.h>

#include <algorithm>

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
};
constexpr TypeCode type_codes[] = {{0x08, StoredType::u8},  {0x09, StoredType::i8},  {0x0B, StoredType::i16},
                                   {0x0C, StoredType::i32}, {0x0D, StoredType::f32}, {0x0E, StoredType::f64}};

const TypeCode* type_of(std::byte code) {
  const auto found = std::find_if(std::begin(type_codes), std::end(type_codes), [&](const TypeCode& t) {
    return t.code == std::to_integer<unsigned>(code);
  });
  return found == std::end(type_codes) ? nullptr : found;
}

}  // namespace

bool begins_as_idx(std::span<const std::byte> head) {
  return head.size() >= 4 && head[0] == std::byte{0} && head[1] == std::byte{0} && type_of(head[2]);
}

Layout idx_layout(Source& in) {
  std::byte head[4];
  if (in.read(head, 4) < 4) in.malformed("not an IDX file: shorter than its 4-byte magic number");
  if (!begins_as_idx(head))
    in.malformed(
        fmt::format("not an IDX file: the magic number is 0x{:08X}, expected 0x0000TTRR with a type TT of "
                    "08, 09, 0B, 0C, 0D or 0E and a rank RR",
                    big_endian(head)));
  const auto rank = std::to_integer<std::size_t>(head[3]);
  Layout layout;
  layout.type = type_of(head[2])->type;
  layout.order = std::endian::big;
  layout.offset = 4 + 4 * rank;
  Shape sizes(rank);
  for (std::size_t i = 0; i < std::min<std::size_t>(rank, GR_MAX_RANK); ++i) {
    std::byte size[4];
    if (in.read(size, 4) < 4) in.malformed("is cut short inside its header");
    sizes[i] = big_endian(size);
  }
  layout.set_shape(in, std::move(sizes));
  return layout;
}

Array read_idx(Source& in, const ArraySpec&, const Shape&) { return read_laid_out(in, idx_layout(in)); }

}  // namespace graph_runner
