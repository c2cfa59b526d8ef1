// Arrays of floats as files, for other programs: NPY (numpy's own format, version 1.0) and CSV.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "core/tensor.hpp"

namespace graph_runner {

// Entries row by row. Writes all of it or nothing. Throws Error (file_failed).
// Source: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
void write_npy(const std::filesystem::path& file, const Shape& shape, std::span<const float> entries);

// A text as a cell of CSV: in quotes where it must be.
std::string csv_cell(const std::string& text);
// A line a sample, of as many digits as it takes to read the same floats back; first one of `columns`, the
// names, which are quoted where they must be.
std::string csv_text(const Shape& shape, std::span<const float> entries,
                     const std::vector<std::string>& columns);

}  // namespace graph_runner
