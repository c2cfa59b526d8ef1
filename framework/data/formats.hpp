// The formats of data files: a row of the table in formats.cpp and a file (idx.cpp) each. A file's format is
// told by how it begins, then by how its name ends.
#pragma once

#include <filesystem>
#include <span>

#include "data/array.hpp"
#include "data/source.hpp"

namespace graph_runner {

// Reads a data file. Throws Error: file_failed where it cannot be read, bad_request where it is malformed.
Array read_array(const std::filesystem::path& file);

// ---- The formats: whether a file that begins so is one, and what reads it

// IDX, gzipped or not. The header is checked against the file's size before anything is believed.
// Source: LeCun, Cortes & Burges, "The MNIST database of handwritten digits", section "The IDX file format".
bool begins_as_idx(std::span<const std::byte> head);
Array read_idx(Source& source);

}  // namespace graph_runner
