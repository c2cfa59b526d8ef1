#include "config/formula_text.hpp"

#include <algorithm>

namespace graph_runner {

FormulaText::FormulaText(const Yaml& scalar) : text_(scalar.text), place_(scalar.place) {
  const auto& lines = place_.source->lines;
  const auto number = static_cast<std::size_t>(place_.line) - 1;
  std::string_view line = number < lines.size() ? std::string_view(lines[number]) : "";
  for (int skip = place_.column - 1 + !scalar.plain; skip > 0 && !line.empty(); --skip)
    line.remove_prefix(std::max<std::size_t>(1, first_character(line).bytes));
  std::string written;
  const bool single = !scalar.plain && line.data() != lines[number].data() && line.data()[-1] == '\'';
  for (std::size_t i = 0; i < text_.size(); ++i) {
    written += text_[i];
    if (!single || text_[i] != '\'') continue;
    written += '\'';
    doubled_.push_back(i);
  }
  shown_ = !scalar.block && line.substr(0, written.size()) == written;
  if (shown_) place_.column += !scalar.plain;
}

Place FormulaText::place(std::size_t at, std::size_t length) const {
  Place p = place_;
  if (!shown_) return p;
  at = std::min(at, text_.size());
  length = std::min(length, text_.size() - at);
  const auto width = [&](std::size_t begin, std::size_t end) {
    const auto inside = [&](std::size_t i) { return i >= begin && i < end; };
    return characters(std::string_view(text_).substr(begin, end - begin)) +
           static_cast<int>(std::count_if(doubled_.begin(), doubled_.end(), inside));
  };
  p.column = std::max(1, p.column) + width(0, at);
  p.length = std::max(1, width(at, at + length));
  return p;
}

}  // namespace graph_runner
