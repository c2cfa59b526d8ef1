// Cuts a formula into tokens, the Unicode spellings of operators into their plain ones. Private to the reader
// of formulas (formula_reader.hpp).
#pragma once

#include <string>
#include <vector>

#include "formulas/formula_text.hpp"

namespace graph_runner {

struct FormulaToken {
  // `text` holds a number or a name; an operator is its own text: "+", ".*", "(", "‖", …
  enum Kind { number, name, symbol, end } kind = end;
  std::string text;
  double value = 0;
  std::size_t at = 0, bytes = 0;
  bool curly = false;  // a name whose d is written ∂
};

// Of names, ∂ is a d, x₁ is x1, x_{12} is x_12 and xᵢ is x_i; ∂²f and d²f are d2f, and ∇_x is a name of its
// own, as is the head of sum_{i=1}^{n} x_i: "∑i, n". The last token is the end; of a part of a text it may
// stand before "=" or "≈". Throws Error (bad_request) at a character that no formula has.
std::vector<FormulaToken> read_tokens(const FormulaText& text, std::size_t from, bool part);

}  // namespace graph_runner
