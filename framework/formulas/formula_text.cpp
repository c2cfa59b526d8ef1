#include "formulas/formula_text.hpp"

#include <algorithm>

#include "core/text.hpp"

namespace graph_runner {

FormulaText::FormulaText(std::string text) : text_(std::move(text)) {
  place_.column = 1;
  count_columns(false);
}

FormulaText::FormulaText(const Yaml& scalar) : text_(scalar.text), place_(scalar.place) {
  const auto number = static_cast<std::size_t>(place_.line) - 1;
  if (scalar.block || number >= place_.source->lines.size()) return;
  std::string_view line = place_.source->lines[number];
  char before = 0;
  for (int skip = place_.column - 1 + !scalar.plain; skip > 0 && !line.empty(); --skip) {
    before = line[0];
    line.remove_prefix(std::max<std::size_t>(1, first_character(line).bytes));
  }
  // Between single quotes, the source writes ' twice.
  const bool doubled = !scalar.plain && before == '\'';
  std::string written;
  for (const char c : text_) written += doubled && c == '\'' ? "''" : std::string(1, c);
  if (line.substr(0, written.size()) != written) return;
  place_.column += !scalar.plain;
  count_columns(doubled);
}

void FormulaText::count_columns(bool doubled_quotes) {
  int column = 0;
  for (const char c : text_) {
    const bool continues = (static_cast<unsigned char>(c) & 0xC0) == 0x80;
    columns_.push_back(column - continues);
    column += continues ? 0 : c == '\'' && doubled_quotes ? 2 : 1;
  }
  columns_.push_back(column);
}

Place FormulaText::place(std::size_t at, std::size_t length) const {
  Place p = place_;
  if (columns_.empty()) return p;
  const int from = columns_[std::min(at, text_.size())], to = columns_[std::min(at + length, text_.size())];
  p.column += from;
  p.length = std::max(1, to - from);
  return p;
}

}  // namespace graph_runner
