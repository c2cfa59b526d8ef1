#include "data/layout.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

namespace graph_runner {

namespace {

// Puts entries of `size` bytes that were counted with the first axis fastest into the order in which the last
// is. One pass over the result, the place in `bytes` carried along like the digits of an odometer.
std::vector<std::byte> last_axis_fastest(const std::vector<std::byte>& bytes, const Shape& shape,
                                         std::size_t size) {
  const std::size_t rank = shape.size();
  std::vector<std::size_t> stride(rank), index(rank, 0);
  for (std::size_t axis = 0, step = size; axis < rank; ++axis) {
    stride[axis] = step;
    step *= static_cast<std::size_t>(shape[axis]);
  }
  std::vector<std::byte> out(bytes.size());
  for (std::size_t to = 0, from = 0; to < out.size(); to += size) {
    std::memcpy(out.data() + to, bytes.data() + from, size);
    for (std::size_t axis = rank; axis-- > 0;) {
      from += stride[axis];
      if (++index[axis] < static_cast<std::size_t>(shape[axis])) break;
      from -= stride[axis] * index[axis];
      index[axis] = 0;
    }
  }
  return out;
}

// `first`: how many entries stand before these.
template <class Integer>
void require_exact(const Source& source, std::span<const std::byte> bytes, std::size_t first,
                   const Shape& shape) {
  const auto* const entries = reinterpret_cast<const Integer*>(bytes.data());
  constexpr auto exact = Integer{1} << 53;
  for (std::size_t i = 0; i < bytes.size() / sizeof(Integer); ++i) {
    const Integer x = entries[i];
    if (x <= exact && (std::is_unsigned_v<Integer> || x >= Integer(0) - exact)) continue;
    // A double past 2⁵³ holds multiples of 2, 4, …: those that end in enough zero bits. 2⁶³ and 2⁶⁴ cannot
    // be compared as integers.
    const double nearest = static_cast<double>(x);
    if (nearest < std::ldexp(1.0, std::numeric_limits<Integer>::digits) && static_cast<Integer>(nearest) == x)
      continue;
    source.malformed(
        fmt::format("entry {} is {}, which no double holds (the nearest is {:.0f}); save it as "
                    "float64 where that will do",
                    to_string(index_of(shape, first + i)), x, nearest));
  }
}

// Throws Error (bad_request) where an entry is not what its type may hold.
void check_entries(const Source& source, const Layout& layout, std::span<const std::byte> bytes,
                   std::size_t first) {
  if (layout.type == StoredType::i64) require_exact<std::int64_t>(source, bytes, first, layout.shape);
  if (layout.type == StoredType::u64) require_exact<std::uint64_t>(source, bytes, first, layout.shape);
  if (!layout.is_bool) return;
  const auto wrong = std::find_if(bytes.begin(), bytes.end(), [](std::byte b) { return b > std::byte{1}; });
  if (wrong != bytes.end())
    source.malformed(fmt::format(
        "entry {} is a bool of {}, neither 0 nor 1",
        to_string(index_of(layout.shape, first + static_cast<std::size_t>(wrong - bytes.begin()))),
        std::to_integer<int>(*wrong)));
}

[[noreturn]] void too_few(const Source& source, std::uintmax_t there, const Layout& layout) {
  source.malformed(fmt::format("holds {} bytes of data; its header promises {}", there, layout.bytes));
}
[[noreturn]] void too_many(const Source& source, const Layout& layout) {
  source.malformed(fmt::format("goes on after the {} bytes of data that its header promises", layout.bytes));
}

// The rows stay in the file; where entries could be wrong, they are read through once.
std::unique_ptr<RowFile> rows_in_file(const Source& source, const Layout& layout, std::size_t row_bytes) {
  const std::size_t size = bytes_of(layout.type);
  auto file = std::make_unique<RowFile>(source.file(),
                                        RowPlace{.offset = layout.offset,
                                                 .row_bytes = row_bytes,
                                                 .turned = layout.order == std::endian::native ? 1 : size});
  if (!layout.is_bool && layout.type != StoredType::i64 && layout.type != StoredType::u64) return file;
  file->each(static_cast<std::uint64_t>(layout.shape[0]),
             [&](std::uint64_t row, std::span<const std::byte> bytes) {
               check_entries(source, layout, bytes, row * row_bytes / size);
             });
  return file;
}

}  // namespace

void Layout::set_shape(const Source& source, Shape sizes) {
  if (sizes.empty() || sizes.size() > GR_MAX_RANK)
    source.malformed(fmt::format("has rank {}; 1 to {} are possible", sizes.size(), GR_MAX_RANK));
  bytes = bytes_of(type);
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    if (sizes[i] < 1) source.malformed(fmt::format("axis {} has size 0", i + 1));
    if (__builtin_mul_overflow(bytes, static_cast<std::size_t>(sizes[i]), &bytes) ||
        bytes > (std::size_t{1} << 44))
      source.malformed("the sizes in its header are too large: their product overflows");
  }
  shape = std::move(sizes);
}

Array read_laid_out(Source& source, const Layout& layout) {
  Array array;
  array.type = layout.type;
  array.samples = layout.shape[0];
  array.sample_shape.assign(layout.shape.begin() + 1, layout.shape.end());
  const bool turned = layout.first_axis_fastest && layout.shape.size() > 1;
  if (layout.bytes > source.memory() && source.plain()) {
    const std::uintmax_t there = source.bytes_on_disk() - layout.offset;
    if (there < layout.bytes) too_few(source, there, layout);
    if (there > layout.bytes) too_many(source, layout);
    if (turned)
      source.too_large(layout.bytes,
                       "its samples do not lie one after the other: save it in C order, as "
                       "numpy.ascontiguousarray does");
    array.file = rows_in_file(source, layout, array.row_bytes());
    return array;
  }
  // A header that promises more than there can be is found out below.
  if (layout.bytes > source.memory() && layout.bytes <= source.most_bytes())
    source.too_large(layout.bytes, "unpack it, so that its rows can be read as they are needed");
  // The header is not believed: memory grows with what is really there.
  constexpr std::size_t least_step = std::size_t{1} << 16, most_step = std::size_t{1} << 24;
  std::vector<std::byte>& bytes = array.bytes;
  if (layout.bytes <= source.most_bytes()) bytes.reserve(layout.bytes);
  while (bytes.size() < layout.bytes) {
    const std::size_t had = bytes.size(),
                      want = std::min(std::clamp(had, least_step, most_step), layout.bytes - had);
    bytes.resize(had + want);
    const std::size_t got = source.read(bytes.data() + had, want);
    if (got < want) too_few(source, had + got, layout);
  }
  std::byte more;
  if (source.read(&more, 1) != 0) too_many(source, layout);
  const std::size_t size = bytes_of(layout.type);
  if (layout.order != std::endian::native) turn_bytes(bytes.data(), bytes.size(), size);
  if (turned) bytes = last_axis_fastest(bytes, layout.shape, size);
  check_entries(source, layout, bytes, 0);
  return array;
}

}  // namespace graph_runner
