#include "data/formats.hpp"

#include <algorithm>
#include <string_view>

namespace graph_runner {

namespace {

struct Format {
  bool (*begins_with)(std::span<const std::byte> head);
  std::string_view ending;  // of names, before ".gz"
  Array (*read)(Source& source);
};

// The first is what a file is read as that nothing tells apart: its reader then says what is wrong.
constexpr Format table[] = {
    {.begins_with = begins_as_idx, .ending = ".idx", .read = read_idx},
};

constexpr std::size_t head_bytes = 16;  // that tell a format

}  // namespace

Array read_array(const std::filesystem::path& file) {
  Source source(file);
  const std::span<const std::byte> head = source.head(head_bytes);
  const std::filesystem::path plain = file.extension() == ".gz" ? file.stem() : file;
  const auto find = [](auto&& fits) { return std::find_if(std::begin(table), std::end(table), fits); };
  const Format* format = find([&](const Format& f) { return f.begins_with(head); });
  if (format == std::end(table))
    format = find([&](const Format& f) { return plain.extension() == f.ending; });
  return (format == std::end(table) ? table : format)->read(source);
}

}  // namespace graph_runner
