// The formats of data files: a row of the table in formats.cpp and a file (idx.cpp) each. A file's format is
// told by how it begins, then by how its name ends.
#pragma once

#include <filesystem>
#include <span>

#include "data/array.hpp"
#include "data/layout.hpp"
#include "data/source.hpp"

namespace graph_runner {

// Reads a data file, or a folder of images. Of `spec`, it takes `one_hot` and the options of the file's
// format; `wanted` and `memory` are as load_array has them. Throws Error: file_failed where the file cannot
// be read, bad_request where it is malformed, or at an option that its format does not take.
Array read_array(const std::filesystem::path& file, const ArraySpec& spec = {}, const Shape& wanted = {},
                 std::uint64_t memory = UINT64_MAX);

// Throws Error (bad_request), a problem each, where values in place are given options of data files.
void refuse_format_options(const ArraySpec& spec);

// ---- The formats: whether a file that begins so is one, and what reads it

// IDX. The header is checked against the file's size before anything is believed.
// Source: LeCun, Cortes & Burges, "The MNIST database of handwritten digits", section "The IDX file format".
bool begins_as_idx(std::span<const std::byte> head);
Layout idx_layout(Source& source);
Array read_idx(Source& source, const ArraySpec& spec, const Shape& wanted);

}  // namespace graph_runner
