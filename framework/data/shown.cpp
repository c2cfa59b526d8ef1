#include "data/shown.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.hpp"

namespace graph_runner {

std::string shown(std::string_view text) {
  std::string out = "'";
  for (int left = 40; !text.empty(); --left) {
    if (left == 0) return out + "…'";
    const Character c = first_character(text);
    const std::size_t bytes = c.bytes ? c.bytes : 1;
    if (c.prints)
      out += text.substr(0, bytes);
    else
      for (const char byte : text.substr(0, bytes))
        out += fmt::format("\\x{:02X}", static_cast<unsigned char>(byte));
    text.remove_prefix(bytes);
  }
  return out + "'";
}

std::string some_of(const std::vector<std::string>& names) {
  constexpr std::size_t most = 20;
  std::string out;
  const std::size_t shown_names = std::min(names.size(), most);
  for (std::size_t i = 0; i < shown_names; ++i)
    out += (i == 0 ? "" : i + 1 == names.size() ? " or " : ", ") + shown(names[i]);
  return names.size() > most ? fmt::format("{} or {} more", out, names.size() - most) : out;
}

}  // namespace graph_runner
