// How many bytes of memory data may take.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace graph_runner {

// Half of the machine's memory: the limit unless another is given.
std::uint64_t half_of_memory();

// "400MB" is 400·10⁶, "2GiB" 2·2³⁰, "4096" itself; nothing where the text is no such number or does not fit.
std::optional<std::uint64_t> parse_bytes(std::string_view text);
// "1.5 GB", or "12 bytes".
std::string bytes_text(std::uint64_t bytes);

}  // namespace graph_runner
