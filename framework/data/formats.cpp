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
  bool by_rows = false;                   // whether a row can be read alone
  Array (*read)(Source& source, const ArraySpec& spec, const Shape& wanted);
  Array (*read_folder)(const std::filesystem::path& folder, const ArraySpec& spec,
                       const Shape& wanted) = nullptr;
};

const std::vector<Format>& table() {
  static const std::vector<Format> formats{
      {.name = "IDX",
       .begins_with = begins_as_idx,
       .ending = ".idx",
       .options = {},
       .by_rows = true,
       .read = read_idx},
      {.name = "NPY",
       .begins_with = begins_as_npy,
       .ending = ".npy",
       .options = {},
       .by_rows = true,
       .read = read_npy},
      {.name = "NPZ", .begins_with = begins_as_zip, .ending = ".npz", .options = {"array"}, .read = read_npz},
      {.name = "PNG",
       .begins_with = begins_as_png,
       .ending = ".png",
       .options = {"size", "invert", "centre", "one_hot: [names]"},
       .read = read_png,
       .read_folder = read_png_folder},
      {.name = "CSV",
       .begins_with = begins_as_text,
       .ending = ".csv",
       .options = {"columns", "header", "missing", "one_hot: [names]"},
       .read = read_csv},
      {.name = "text",  // where it is asked for: of itself it would be CSV
       .begins_with = [](std::span<const std::byte>) { return false; },
       .ending = "",
       .options = {"characters"},
       .read = read_characters},
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
  check("characters", options.characters);
  problems.raise();
}

[[noreturn]] void refuse_unknown(const Source& source, std::span<const std::byte> head) {
  if (head.empty()) source.malformed("is empty");
  std::vector<std::string_view> names;
  for (const Format& f : table())
    if (!f.ending.empty()) names.push_back(f.name);
  std::vector<int> bytes;
  for (const std::byte b : head.first(std::min<std::size_t>(head.size(), 4)))
    bytes.push_back(std::to_integer<int>(b));
  source.malformed(fmt::format("is of no format that is known ({}): it begins with the bytes {:02X}",
                               fmt::join(names, ", "), fmt::join(bytes, " ")));
}

}  // namespace

void refuse_format_options(const ArraySpec& spec) {
  refuse_options(spec.options, nullptr, spec.random > 0 ? "these are drawn" : "these are values in place");
}

Array read_array(const std::filesystem::path& file, const ArraySpec& spec, const Shape& wanted,
                 std::uint64_t memory) {
  const auto find = [](auto&& fits) {
    const auto found = std::find_if(table().begin(), table().end(), fits);
    return found == table().end() ? nullptr : &*found;
  };
  std::error_code error;
  if (std::filesystem::is_directory(file, error)) {
    const Format* const format = find([](const Format& f) { return f.read_folder != nullptr; });
    refuse_options(spec.options, format,
                   fmt::format("{} is a folder of {} files", file.string(), format->name));
    return format->read_folder(file, spec, wanted);
  }
  Source source(file, memory);
  const std::span<const std::byte> head = source.head(head_bytes);
  const std::filesystem::path plain = file.extension() == ".gz" ? file.stem() : file;
  const Format* const by_content = find([&](const Format& f) { return f.begins_with(head); });
  const bool may_be_text = !by_content || by_content->read == read_csv;
  const Format* const by_name = find([&](const Format& f) {
    return spec.options.characters ? f.read == read_characters
                                   : !f.ending.empty() && plain.extension() == f.ending;
  });
  // Any text begins as CSV may: of a page of HTML that is called a.png, the name tells more.
  const Format* const format = may_be_text && by_name ? by_name : by_content;
  if (!format) refuse_unknown(source, head);
  refuse_options(spec.options, format, fmt::format("{} is {}", file.string(), format->name));
  if (!format->by_rows && source.bytes_on_disk() > memory)
    source.too_large(source.bytes_on_disk(), "convert it to .npy, which is read by rows as they are needed");
  return format->read(source, spec, wanted);
}

}  // namespace graph_runner
