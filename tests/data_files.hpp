// What the tests of data files share: what a file is read as, and a writer of PNG files.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "data/formats.hpp"
#include "tests/support.hpp"

namespace graph_runner::test {

// All entries of an array, converted.
std::vector<double> entries_of(const Array& array);

// Those of a file; nothing, and a check that the error is a bad request that names the file, where it is
// refused.
std::optional<std::vector<double>> read_or_refuse(const std::string& file, const ArraySpec& spec = {});

// What a script of tests/ writes into a folder.
void run_script(const std::string& script, const std::filesystem::path& folder);

// A PNG file, in memory, of grey pixels of a byte.
std::string png(std::uint32_t height, std::uint32_t width, const std::vector<std::uint8_t>& pixels);

}  // namespace graph_runner::test
