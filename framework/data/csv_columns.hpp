// Which columns of a CSV file make a sample.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "data/csv_rows.hpp"
#include "data/data_spec.hpp"

namespace graph_runner {

struct CsvColumns {
  bool header = false;
  std::vector<std::string> names;  // of the file's columns, where it has a header
  std::vector<int> entry;          // of each: which entry of a sample it is; -1 where it is none
  std::size_t entries = 0;         // of a sample

  // "column 3 ('petal_length')", counted from 0.
  std::string text(std::size_t column) const;
};

// Reads the first row, and asks for these columns, or for all. It names the columns where `header` says so,
// where columns are asked for by name, and where none of the cells asked for is a value. Throws Error
// (bad_request), at a column that is asked for and not there.
CsvColumns choose_columns(CsvRows& rows, const FormatOptions& options, bool (*is_number)(std::string_view));

}  // namespace graph_runner
