// The text of a graph file before YAML is read from it: what yaml-cpp would take in silence is refused here.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/error.hpp"

namespace graph_runner {

// Reads a whole file, or a pipe that somebody writes into; "-" is standard input. Throws Error: file_failed
// where it cannot be read or is neither, bad_request where it is larger than 64 MiB.
std::string read_text_file(const std::string& path);
// The text that was split into these lines.
std::string text_of(const SourceText& source);

// Splits a text into lines for messages, and refuses what is not UTF-8, does not print, is a directive, nests
// brackets deeper than `most_depth` or holds more values than memory should be spent on. `name` is what
// messages call it. Throws Error (bad_request).
std::shared_ptr<const SourceText> check_text(std::string_view text, const std::string& name,
                                             std::size_t most_depth);

}  // namespace graph_runner
