#include "data/array_writer.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <bit>

#include "core/atomic_file.hpp"

namespace graph_runner {

void write_npy(const std::filesystem::path& file, const Shape& shape, std::span<const float> entries) {
  static_assert(std::endian::native == std::endian::little, "'<f4' says so");
  std::string header = fmt::format("{{'descr': '<f4', 'fortran_order': False, 'shape': ({}{}), }}",
                                   fmt::join(shape, ", "), shape.size() == 1 ? "," : "");
  constexpr std::size_t before = 10;  // the magic number, the version, and the length of the header
  header.resize((before + header.size() + 1 + 63) / 64 * 64 - before - 1, ' ');  // entries are aligned
  header += '\n';
  AtomicFile to(file);
  to.write(std::string("\x93NUMPY\x01\x00", 8));
  to.write(std::string{static_cast<char>(header.size() & 0xFF), static_cast<char>(header.size() >> 8)});
  to.write(header);
  to.write(std::as_bytes(entries));
  to.commit();
}

std::string csv_cell(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == text.npos) return text;
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

std::string csv_text(const Shape& shape, std::span<const float> entries,
                     const std::vector<std::string>& columns) {
  std::vector<std::string> names;
  for (const std::string& name : columns) names.push_back(csv_cell(name));
  std::string text = fmt::format("{}\n", fmt::join(names, ","));
  const std::size_t width = shape[0] ? entries.size() / static_cast<std::size_t>(shape[0]) : 0;
  for (std::size_t at = 0; at < entries.size(); at += width)
    text += fmt::format("{}\n", fmt::join(entries.subspan(at, width), ","));
  return text;
}

}  // namespace graph_runner
