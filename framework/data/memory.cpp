#include "data/memory.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <charconv>

namespace graph_runner {

namespace {

struct Unit {
  std::string_view name;
  double bytes;
};
constexpr Unit units[] = {
    {"", 1},      {"B", 1},      {"KB", 1e3},           {"MB", 1e6},          {"GB", 1e9},
    {"TB", 1e12}, {"KiB", 1024}, {"MiB", 1024. * 1024}, {"GiB", 1073741824.}, {"TiB", 1099511627776.}};

}  // namespace

std::uint64_t half_of_memory() {
  return static_cast<std::uint64_t>(sysconf(_SC_PHYS_PAGES)) *
         static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE)) / 2;
}

std::optional<std::uint64_t> parse_bytes(std::string_view text) {
  double number = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  if (error != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  for (const Unit& u : units)
    if (text == u.name && number >= 0 && number * u.bytes < 0x1p64)
      return static_cast<std::uint64_t>(number * u.bytes);
  return std::nullopt;
}

std::string bytes_text(std::uint64_t bytes) {
  if (bytes < 1000000) return fmt::format("{} bytes", bytes);
  const bool large = bytes >= 1000000000;
  return fmt::format("{:.4g} {}", static_cast<double>(bytes) / (large ? 1e9 : 1e6), large ? "GB" : "MB");
}

}  // namespace graph_runner
