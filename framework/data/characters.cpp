// Text, a character an entry. Source: RFC 3629 (UTF-8).
#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "core/text.hpp"
#include "data/formats.hpp"

namespace graph_runner {

namespace {

std::string whole_text(Source& source) {
  constexpr std::size_t least_step = std::size_t{1} << 16, most_step = std::size_t{1} << 24;
  std::string text;
  for (std::size_t had = 0;;) {
    const std::size_t want = std::clamp(had, least_step, most_step);
    text.resize(had + want);
    const std::size_t got = source.read(reinterpret_cast<std::byte*>(text.data()) + had, want);
    text.resize(had += got);
    if (had > source.memory())
      source.too_large(had, "give a part of it, for a text is kept in memory as a whole");
    if (got < want) return text;
  }
}

struct Decoded {
  std::u32string codes;
  TextPlaces places;
};

Decoded decode(const Source& source, std::string_view text) {
  Decoded made{{}, {{0}, 0}};
  made.codes.reserve(text.size());
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);  // a byte order mark
  while (!text.empty()) {
    const Character c = first_character(text);
    const auto number = static_cast<std::int64_t>(made.codes.size());
    if (c.bytes == 0)
      source.malformed(
          fmt::format("{}: is not UTF-8: found the byte 0x{:02X}; convert it, as iconv -t UTF-8 does",
                      made.places.text(number), static_cast<unsigned char>(text[0])));
    made.codes.push_back(c.code);
    if (c.code == U'\n') made.places.lines.push_back(number + 1);
    text.remove_prefix(c.bytes);
  }
  return made;
}

template <class Code>
void store(std::u32string_view codes, StoredType type, Array& to) {
  to.type = type;
  to.bytes.resize(codes.size() * sizeof(Code));
  auto* const entries = reinterpret_cast<Code*>(to.bytes.data());
  for (std::size_t i = 0; i < codes.size(); ++i) entries[i] = static_cast<Code>(codes[i]);
}

}  // namespace

std::string TextPlaces::text(std::int64_t entry) const {
  const std::int64_t number = first + entry;
  const auto line = std::upper_bound(lines.begin(), lines.end(), number) - lines.begin();
  return fmt::format("line {}, column {}", line, number - lines[static_cast<std::size_t>(line) - 1] + 1);
}

Array read_characters(Source& source, const ArraySpec& spec, const Shape& wanted) {
  Array array;
  // The classes are an axis behind those that characters fill.
  array.sample_shape.assign(wanted.begin(), wanted.end() - (spec.one_hot > 0 && !wanted.empty() ? 1 : 0));
  if (std::count(array.sample_shape.begin(), array.sample_shape.end(), -1))
    source.malformed(
        "a text is cut into samples as long as the input's axis; give the axis a number, as in [batch, 64]");
  const Decoded text = decode(source, whole_text(source));
  const auto all = static_cast<std::int64_t>(text.codes.size());
  std::int64_t length = 1;
  for (const std::int64_t size : array.sample_shape)
    if (__builtin_mul_overflow(length, size, &length)) length = INT64_MAX - 1;
  if (all <= length)
    source.malformed(fmt::format("holds {} character{}; a sample of {} and the one that follows it want {}",
                                 all, all == 1 ? "" : "s", length, length + 1));
  const bool next = *spec.options.characters == Characters::next;
  array.samples = (all - 1) / length;
  array.text = text.places;
  array.text->first = next;
  const auto codes =
      std::u32string_view(text.codes).substr(next, static_cast<std::size_t>(array.samples * length));
  const char32_t largest = *std::max_element(codes.begin(), codes.end());
  if (largest <= UINT8_MAX)
    store<std::uint8_t>(codes, StoredType::u8, array);
  else if (largest <= UINT16_MAX)
    store<std::uint16_t>(codes, StoredType::u16, array);
  else
    store<std::uint32_t>(codes, StoredType::u32, array);
  return array;
}

}  // namespace graph_runner
