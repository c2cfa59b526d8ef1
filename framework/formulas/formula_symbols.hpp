// The characters of formulas that are written as others, and those that no formula has. Private to
// formula_lexer.cpp.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace graph_runner {

// What is written, and the tokens that it means: "÷" is "/". Of two that begin alike, the longer comes first.
// The norms of ‖x‖₁, ‖x‖₂ and ‖A‖_F keep a spelling of their own, as do ⊙ and ⊗, beside which a product
// wants parentheses.
const std::vector<std::pair<std::string_view, std::vector<std::string>>>& symbol_spellings();

// What to write instead of a character that has no meaning: "; write …", or "" where nobody knows.
std::string_view symbol_hint(std::string_view character);

}  // namespace graph_runner
