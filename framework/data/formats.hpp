// The formats of data files: a row and a file (idx.cpp) each. A file's format is told by how it begins, then
// by how its name ends.
#pragma once

#include <filesystem>
#include <span>
#include <string_view>

#include "data/array.hpp"
#include "data/source.hpp"

namespace graph_runner {

struct Format {
  std::string_view name;                                 // "IDX"
  bool (*begins_with)(std::span<const std::byte> head);  // whether a file that begins so is of this format
  std::string_view ending;                               // of names, before ".gz"
  Array (*read)(Source& source);                         // throws Error (bad_request) for what is malformed
};

// The first is what a file is read as that nothing tells apart: its reader then says what is wrong.
std::span<const Format> formats();

// Reads a data file. Throws Error: file_failed where it cannot be read, bad_request where it is malformed.
Array read_array(const std::filesystem::path& file);

// ---- The formats

// IDX, gzipped or not. The header is checked against the file's size before anything is believed.
// Source: LeCun, Cortes & Burges, "The MNIST database of handwritten digits", section "The IDX file format".
bool begins_as_idx(std::span<const std::byte> head);
Array read_idx(Source& source);

}  // namespace graph_runner
