#include "formulas/formula_symbols.hpp"

#include <algorithm>

namespace graph_runner {

const std::vector<std::pair<std::string_view, std::vector<std::string>>>& symbol_spellings() {
  static const std::vector<std::pair<std::string_view, std::vector<std::string>>> table = {
      {"‖²₂", {"‖₂", "^", "2"}},  // the same as ‖₂²
      {"‖^2_2", {"‖₂", "^", "2"}},
      {"‖₂", {"‖₂"}},
      {"‖_2", {"‖₂"}},
      {"‖₁", {"‖₁"}},
      {"‖_1", {"‖₁"}},
      {"‖_F", {"‖F"}},
      {"‖", {"‖"}},
      {"^⊤", {"'"}},
      {"^ᵀ", {"'"}},
      {"⊤", {"'"}},
      {"ᵀ", {"'"}},
      {".*", {".*"}},
      {"./", {"./"}},
      {".^", {".^"}},
      {"⊙", {"⊙"}},
      {"∘", {"⊙"}},
      {"⊗", {"⊗"}},
      {"·", {"*"}},
      {"⋅", {"*"}},
      {"×", {"*"}},
      {"÷", {"/"}},
      {"−", {"-"}},
      {"⟨", {"⟨"}},
      {"⟩", {"⟩"}},
      {"√", {"√"}},
      {"∛", {"∛"}},
      {">=", {">="}},
      {"≥", {">="}},
      {"<=", {"<="}},
      {"≤", {"<="}},
      {"½", {"(", "1", "/", "2", ")"}},
      {"⅓", {"(", "1", "/", "3", ")"}},
      {"⅔", {"(", "2", "/", "3", ")"}},
      {"¼", {"(", "1", "/", "4", ")"}},
      {"¾", {"(", "3", "/", "4", ")"}},
      {"⅛", {"(", "1", "/", "8", ")"}},
  };
  return table;
}

std::string_view symbol_hint(std::string_view character) {
  static const std::vector<std::pair<std::string_view, std::string_view>> hints = {
      {"=", "; a formula has a value and claims nothing"},
      {"≈", "; a formula has a value and claims nothing"},
      {"≠", "; comparisons are < <= > >="},
      {"’", "; write '"},
      {"′", "; write '"},
      {"`", "; write '"},
      {"ᵗ", "; write '"},
      {"†", "; write '"},
      {"–", "; write -"},
      {"₁", "; a norm is written ‖x‖₁"},
      {"₂", "; a norm is written ‖x‖₂"},
      {"∗", "; write *"},
      {"∙", "; write *"},
      {"{", "; write ( ) or [ ]"},
      {"}", "; write ( ) or [ ]"},
      {"%", "; a remainder is mod(a, b)"},
      {"!", "; a formula has no such operator"},
      {"&", "; a formula has no such operator"},
      {"\"", "; names stand without quotes"},
      {".", "; products by entry are .* ./ .^"},
  };
  const auto hint =
      std::find_if(hints.begin(), hints.end(), [&](const auto& h) { return h.first == character; });
  return hint == hints.end() ? "" : hint->second;
}

}  // namespace graph_runner
