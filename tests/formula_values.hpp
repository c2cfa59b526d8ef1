// A direct evaluation of formulas in plain loops, to compare with.
#pragma once

#include <vector>

#include "formulas/lowering.hpp"

namespace graph_runner::test {

// A value as plain loops see it: a number is 1 × 1, a column n × 1, a row 1 × n.
struct Entries {
  Kind kind = Kind::scalar;
  std::size_t rows = 1, columns = 1;
  std::vector<double> of{};
  double& at(std::size_t i, std::size_t j) { return of[i * columns + j]; }
  double at(std::size_t i, std::size_t j) const { return of[i * columns + j]; }
};
inline Entries entries(Kind kind, std::size_t rows, std::size_t columns) {
  return {kind, rows, columns, std::vector<double>(rows * columns)};
}

struct Variable {
  const char* name;
  Entries value;
};

// The value of a formula of these variables and of the functions that formula_trees.cpp grows.
Entries evaluate(const Formula& f, const std::vector<Variable>& variables);

}  // namespace graph_runner::test
