// Formulas of graph files. For now the constant ones, which may stand wherever a number is expected: `1/255`,
// `pi/2`.
#pragma once

#include <string>
#include <string_view>

namespace graph_runner {

struct ConstantResult {
  double value = 0;
  std::string error;   // empty where it is fine
  std::size_t at = 0;  // the byte where the error is
};

// Evaluates decimal numbers, pi, + - * / ^ and parentheses. Tightest first: ^ (from the right), unary minus,
// * /, + -.
ConstantResult evaluate_constant(std::string_view text);

}  // namespace graph_runner
