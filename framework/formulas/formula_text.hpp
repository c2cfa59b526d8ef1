// A formula as it stands in a file: its characters, and where each of them is.
#pragma once

#include <string>
#include <vector>

#include "yaml/document.hpp"

namespace graph_runner {

class FormulaText {
 public:
  // A scalar of a graph file. Where the source does not show it as it is read (escapes, several lines), every
  // place is that of the whole scalar. Takes time linear in its line.
  explicit FormulaText(const Yaml& scalar);
  // A text from elsewhere, such as a command line: line 0, columns from 1.
  explicit FormulaText(std::string text);

  const std::string& text() const { return text_; }
  // Of `length` bytes from byte `at`; past the end, the place after the last character.
  Place place(std::size_t at, std::size_t length) const;

 private:
  void count_columns(bool doubled_quotes);

  std::string text_;
  Place place_;               // of the first character
  std::vector<int> columns_;  // of each byte and of the end, from the first character's; empty: the source
                              // shows other text
};

}  // namespace graph_runner
