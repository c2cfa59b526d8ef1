#include "data/formats.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace graph_runner {

namespace {

struct Format {
  std::string_view name;
  bool (*begins_with)(std::span<const std::byte> head);
  std::string_view ending;                // of names, before ".gz"
  std::vector<std::string_view> options;  // that it takes
  bool by_rows;                           // whether a row can be read alone
  Array (*read)(Source& source, const ArraySpec& spec, const Shape& wanted);
};

// The first is what a file is read as that nothing tells apart: its reader then says what is wrong.
const std::vector<Format>& table() {
  static const std::vector<Format> formats{
      {.name = "IDX",
       .begins_with = begins_as_idx,
       .ending = ".idx",
       .options = {},
       .by_rows = true,
       .read = read_idx},
  };
  return formats;
}

constexpr std::size_t head_bytes = 16;  // that tell a format

// Throws Error, a problem each, where there are options that `format` does not take; `is` says what takes
// none of them.
void refuse_options(const FormatOptions& options, const Format* format, const std::string& is) {
  Problems problems;
  const auto check = [&](std::string_view key, const auto& option) {
    const auto takes = [&](const Format& f) {
      return std::find(f.options.begin(), f.options.end(), key) != f.options.end();
    };
    if (!option || (format && takes(*format))) return;
    std::vector<std::string_view> others;
    for (const Format& f : table())
      if (takes(f)) others.push_back(f.name);
    problems.add(option.place, fmt::format("'{}' is for {} files; {}", key, fmt::join(others, " and "), is));
  };
  check("columns", options.columns);
  check("header", options.header);
  check("missing", options.missing);
  check("array", options.array);
  check("size", options.size);
  check("invert", options.invert);
  check("centre", options.centre);
  check("one_hot: [names]", options.classes);
  problems.raise();
}

}  // namespace

void refuse_format_options(const ArraySpec& spec) {
  refuse_options(spec.options, nullptr, "these are values in place");
}

Array read_array(const std::filesystem::path& file, const ArraySpec& spec, const Shape& wanted,
                 std::uint64_t memory) {
  Source source(file, memory);
  const std::span<const std::byte> head = source.head(head_bytes);
  const std::filesystem::path plain = file.extension() == ".gz" ? file.stem() : file;
  const auto find = [](auto&& fits) { return std::find_if(table().begin(), table().end(), fits); };
  auto format = find([&](const Format& f) { return f.begins_with(head); });
  if (format == table().end()) format = find([&](const Format& f) { return plain.extension() == f.ending; });
  if (format == table().end()) format = table().begin();
  refuse_options(spec.options, &*format, fmt::format("{} is {}", file.string(), format->name));
  if (!format->by_rows && source.bytes_on_disk() > memory)
    source.too_large(source.bytes_on_disk(), "convert it to .npy, which is read by rows as they are needed");
  return format->read(source, spec, wanted);
}

}  // namespace graph_runner
