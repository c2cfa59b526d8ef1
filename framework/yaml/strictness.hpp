// What the texts of a graph file may not be, though YAML takes them. Private to the room.
#pragma once

#include <cstddef>

#include "yaml/document.hpp"

namespace graph_runner {

inline constexpr std::size_t most_depth = 64;
inline constexpr std::size_t most_scalar = std::size_t{64} << 10;

inline constexpr const char* no_nulls = "a graph file has no nulls: write a value or leave the key out";
inline constexpr const char* no_tags = "graph files have none. Quote a text that begins with !";
inline constexpr const char* no_anchors =
    "an anchor (&name); graph files have none. Quote a text that begins with &";
inline constexpr const char* no_aliases =
    "an alias (*name); graph files have none. A formula that begins with * must be quoted";

// Whether a quote that opens before `column` of a line (both from 0) is closed: yaml-cpp takes one that the
// end of the file closes.
bool closes(const SourceText& source, std::size_t line, std::size_t column, char quote);

// Texts that escapes or blocks (| and >) bring: names and messages are on one line, and do not steer
// terminals. Throws Error (bad_request).
void check_characters(const Yaml& scalar);

}  // namespace graph_runner
