// The rows of a CSV file and the cells of each (RFC 4180; cells are separated by , or ; or tabs).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "data/source.hpp"

namespace graph_runner {

// "commas"
std::string_view name_of(char separator);

class CsvRows {
 public:
  // Looks at the first rows for what separates their cells. Throws Error: as Source::read; bad_request where
  // the file is UTF-16.
  explicit CsvRows(Source& source);

  char separator() const { return separator_; }
  // Goes on to the next row; false at the end of the file. Throws Error (bad_request) where a row is longer
  // than 16 MiB, or holds a byte that no text has.
  bool next();
  // Goes back to the first cell of the row.
  void again() { at_ = begin_; }
  bool blank() const { return begin_ == end_; }
  // The next cell of the row, without the spaces or the quotes around it; false past the last. It is valid
  // until the next call. Throws Error (bad_request) where a quote is not closed, or a text goes on after it.
  bool cell(std::string_view& text);

  bool first() const { return row_ == 1; }
  // What messages call the file.
  const std::string& file() const { return source_.name(); }
  // "row 3", and its line where that is another one: between quotes a line may break.
  std::string where() const;
  // Throws Error (bad_request): "FILE: row 3: why".
  [[noreturn]] void malformed(const std::string& why) const;

 private:
  bool fill();
  const char* end_of_quoted_row() const;
  bool quoted_cell(const char* quote, std::string_view& text);

  Source& source_;
  std::vector<char> window_;     // what was read and not yet gone past
  std::size_t unread_ = 0;       // in it: where the next row begins
  std::size_t filled_ = 0;       // and where what was read ends
  std::uint64_t read_ = 0;       // bytes of the file
  bool any_quotes_ = false;      // in what was read
  const char* begin_ = nullptr;  // the row, without its line end
  const char* end_ = nullptr;
  const char* at_ = nullptr;  // its next cell; null past the last
  bool quotes_ = false;       // in the row
  std::string unquoted_;      // a cell in which quotes were doubled
  char separator_ = ',';
  std::uint64_t row_ = 0, line_ = 0, lines_in_row_ = 1;
};

}  // namespace graph_runner
