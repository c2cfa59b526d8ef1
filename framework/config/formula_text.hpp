// A formula as it stands in a file: its characters, and where each of them is.
#pragma once

#include <string>
#include <vector>

#include "config/document.hpp"

namespace graph_runner {

class FormulaText {
 public:
  // A scalar of a graph file. Where the source does not show it as it is read (escapes, several lines), every
  // place is that of the whole scalar.
  explicit FormulaText(const Yaml& scalar);
  // A text from elsewhere, such as a command line: line 0, columns from 1.
  explicit FormulaText(std::string text) : text_(std::move(text)) {}

  const std::string& text() const { return text_; }
  // Of `length` bytes from byte `at`; past the end, the place after the last character.
  Place place(std::size_t at, std::size_t length) const;

 private:
  std::string text_;
  Place place_;
  bool shown_ = true;
  std::vector<std::size_t> doubled_;  // bytes that the source writes twice: ' between single quotes
};

}  // namespace graph_runner
