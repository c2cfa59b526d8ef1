// Every malformed formula has its place, its message and exit code 2.
#include "tests/bad_files.hpp"

using namespace graph_runner;
using namespace graph_runner::test;

namespace {

// A formula, which begins at 3:6, over these inputs.
std::string with(const std::string& formula) {
  return "inputs: {s: [], x: [3], v: [n], w: [n], u: [m], A: [m, n], S: [n, n], T: [2, m, n]}\nnodes:\n  "
         "f: " +
         formula + "\n";
}

struct Bad {
  std::string formula;
  int column;  // from 1, in the formula
  std::string message;
};
void check_formulas(const std::vector<Bad>& table) {
  const TemporaryFolder folder;
  for (const Bad& bad : table)
    check_refused({bad.formula, with(bad.formula), fmt::format("3:{}", bad.column + 5), bad.message}, folder);
}

}  // namespace

TEST_CASE("formulas that end too early, or do not end") {
  check_formulas({
      {"s +", 4, "the formula ends where a value is missing"},
      {"2*", 3, "the formula ends where a value is missing"},
      {"s^", 3, "the formula ends where a value is missing"},
      {"s .*", 5, "the formula ends where a value is missing"},
      {"(s + 1", 1, "this '(' is never closed: ')' is missing"},
      {"sin(s", 4, "this '(' is never closed: ')' is missing"},
      {"'[s, 1'", 2, "this '[' is never closed: ']' is missing"},
      {"x[1", 2, "this '[' is never closed: ']' is missing"},
      {"s)", 2, "this ')' closes nothing"},
      {"x[1]]", 5, "this ']' closes nothing"},
      {"(s]", 3, "found ']', expected ')' to close the '(' before"},
      {"x[1)", 4, "found ')', expected ']' to close the '[' before"},
      {"‖v", 1, "this '‖' is never closed: '‖' is missing"},
      {"''", 2, "a formula is missing here"},
      {"'  '", 4, "a formula is missing here"},
      {"sin()", 1, "sin(x): found no 'x'"},
      {"x[]", 3, "an index is missing"},
      {"()", 2, "found ')', expected a value"},
      {"'[]'", 3, "an empty list"},
  });
}

TEST_CASE("what follows what") {
  check_formulas({
      {"A v", 3, "a product needs '*': found 'v' after 'A'"},
      {"2 s", 3, "a product needs '*': found 's' after '2'"},
      {"2s", 2, "a product needs '*': found 's' after '2'"},
      {"2(s)", 2, "a product needs '*': found '(' after '2'"},
      {"(s)(s)", 4, "a product needs '*': found '(' after ')'"},
      {"v'v", 3, "a product needs '*': found 'v' after '''"},
      {"s‖v‖", 2, "a product needs '*'"},
      {"s * / s", 5, "found '/', expected a value"},
      {"s ** 2", 4, "a power is written s^2"},
      {"/s", 1, "found '/', expected a value"},
      {"(s, s)", 3, "a list stands in brackets: [a, b]"},
      {"s, s", 2, "',' separates nothing here"},
      {"s; s", 2, "';' separates nothing here"},
      {"x[1;2]", 4, "';' separates nothing here"},
      {"A:v", 2, "':' is an index alone"},
      {"sin(:)", 5, "found ':', expected a value"},
      {"A[2:1,1]", 2, "a slice from 2 to 1 is empty"},
      {"s + 'v", 5, "found ''', expected a value"},
      {"1..2", 3, "a product needs '*'"},
      {"010*s", 1, "numbers are decimal, without leading zeros"},
      {"1e999*s", 1, "is out of a double's range"},
  });
}

TEST_CASE("characters that no formula has") {
  check_formulas({
      {"s = 2", 3, "a formula has a value and claims nothing"},
      {"s ≈ 2", 3, "a formula has a value and claims nothing"},
      {"s $ 2", 3, "'$' has no meaning here"},
      {"s % 2", 3, "'%' has no meaning here"},
      {"s && s", 3, "a formula has no such operator"},
      {"s?", 2, "'?' has no meaning here"},
      {"v′*v", 2, "write '"},
      {"s*(θ + é)", 8, "'é' has no meaning here"},
      {"s .+ s", 3, "products by entry are .* ./ .^"},
      {"s\\2", 2, "'\\' has no meaning here"},
      {"s#2", 2, "'#' has no meaning here"},
      {"s|s", 2, "'|' has no meaning here: |t| is the absolute value of a number"},
  });
}

TEST_CASE("names and functions that are not there") {
  check_formulas({
      {"2*q", 3, "nothing is called 'q'"},
      {"θ*s + weigth", 1, "nothing is called 'θ'"},
      {"sin", 1, "'sin' is a function: sin(…)"},
      {"s + relu", 5, "'relu' is a function: relu(…)"},
      {"coss(s)", 1, "there is no function 'coss' (did you mean 'cos' or 'cosh'?)"},
      {"logdett(S)", 1, "(did you mean 'logdet'?)"},
      {"v(1)", 1, "'v' is a value and no function; a product is v*(1), an entry v[1]"},
      {"s(2)", 1, "'s' is a value and no function"},
      {"x5", 1, "there is no 'x[5]': x has 3 entries, counted from 1"},
      {"x₅", 1, "there is no 'x[5]': x has 3 entries, counted from 1"},
      {"x0", 1, "components count from 1"},
      {"x99999999999", 1, "expected an index"},
      {"A21", 1, "an entry of a matrix is A[2,1]"},
      {"linear(v, 3)", 1, "Linear has parameters; write it as a node of its own"},
  });
}

TEST_CASE("kinds and shapes that do not fit") {
  check_formulas({
      {"v*w", 2,
       "'v*w': there is no product of 'v', a column [n], and 'w', a column [n]; elementwise it is .*"},
      {"v*w", 2, "a number v'*w, a matrix v*w'"},
      {"v*A", 2, "a transpose is missing: v'*A"},
      {"A*v'", 2, "a transpose is missing: A*v''"},
      {"(v + w)*w", 8, "a number (v + w)'*w"},
      {"v'*w'", 3, "there is no product of 'v'', a row [n], and 'w'', a row [n]"},
      {"T*v", 2, "there is no product of 'T', a tensor [2, m, n]"},
      {"A*u", 2, "as many columns on its left (n) as rows on its right (m)"},
      {"v'*u", 3, "as many columns on its left (n) as rows on its right (m)"},
      {"s*(A*A)", 5, "as many columns on its left (n) as rows on its right (m)"},
      {"x'*x*v + u", 8, "'x'*x*v', a column [n] and 'u', a column [m]: their shapes must be equal"},
      {"v + w'", 3, "' turns a row into a column and back"},
      {"v + x", 3, "'v', a column [n] and 'x', a column [3]: their shapes must be equal"},
      {"A .* S", 3, "their shapes must be equal"},
      {"A - v", 3, "their shapes must be equal"},
      {"s/v", 2, "/ divides by a number, but 'v', a column [n] is none; ./ is elementwise"},
      {"v/w", 2, "/ divides by a number"},
      {"A/S", 2, "./ is elementwise; with an inverse, write A*inv(S)"},
      {"v^2", 2, "^ takes numbers, but 'v', a column [n] is none; .^ is elementwise"},
      {"A^2", 2, "a power is of a square matrix, but 'A', a matrix [m, n] is m × n"},
      {"2^v", 2, "^ takes numbers, but 'v', a column [n] is none"},
      {"v.^x", 2, "their shapes must be equal"},
      {"T'", 2, "has no transpose: it has 3 axes"},
      {"s/0", 3, "division by zero"},
      {"s*10^999", 5, "is not a finite number"},
      {"tr(A)", 1, "'tr(A)': port 'A' (fed by 'A') wants a square matrix; it is m × n"},
      {"det(A)", 1, "port 'A' (fed by 'A') wants a square matrix; it is m × n"},
      {"inv(A*A')*inv(A)", 11, "port 'A' (fed by 'A') wants a square matrix; it is m × n"},
      {"logdet(A*S)", 1, "port 'A' wants a square matrix; it is m × n"},
      {"det(v)", 1, "'det(v)': port 'A' (fed by 'v') wants a square matrix; it has shape [n]"},
      {"outer(v, s)", 1, "port 'v' (fed by 's') wants a vector; it has shape []"},
      {"outer(v, w')", 11, "outer takes a column, but found 'w'', a row [n]; ' turns it"},
      {"inv(S)*u", 7, "as many columns on its left (n) as rows on its right (m)"},
      {"diag(A)", 1, "the matrix is not square"},
      {"mod(v, x)", 1, "their shapes must be equal"},
  });
}

TEST_CASE("lists, indices and arguments that do not fit") {
  check_formulas({
      {"'[v, w]'", 3, "a list takes numbers and rows, but found 'v', a column [n]; its row is v'"},
      {"'[v + w, w]'", 5, "its row is (v + w)'"},
      {"'[A; s]'", 3, "a list takes numbers and rows, but found 'A', a matrix [m, n]"},
      {"'[s, v'']'", 7, "found 'v'', a row [n] in a list that begins with 's', a number"},
      {"'[1, 2; 3]'", 9, "found '[3]', a row [1] in a list that begins with '[1, 2]', a row [2]"},
      {"'[[1, 2], [3]]'", 11, "all are numbers, or rows of one length"},
      {"[v, w]", 2, "a list takes numbers and rows, but found 'v', a column [n]"},
      {"'[[[1, 2]]]'", 3, "a list takes numbers and rows, but found '[[1, 2]]', a matrix [1, 2]"},
      {"s[1]", 2, "'s', a number has no entries to index"},
      {"T[1,1]", 2, "'T', a tensor [2, m, n] takes 3 indices, an index or : for each axis, found 2 indices"},
      {"T[3,1,1]", 2, "there is no 'T[3,1,1]': axis 1 of T has 2 entries, counted from 1"},
      {"A[1]", 2, "takes two indices: A[2,1], A[2,:] or A[:,1], found 1 index"},
      {"x[1,2]", 2, "'x', a column [3] takes one index, found 2 indices"},
      {"x[4]", 2, "there is no 'x[4]': x has 3 entries, counted from 1"},
      {"x[0]", 3, "expected an index: a whole number from 1, or : for the whole axis"},
      {"x[-1]", 3, "found '-1', expected an index"},
      {"x[1.5]", 3, "found '1.5', expected an index"},
      {"x[s]", 3, "found 's', expected an index"},
      {"reshape(v, 2, 3)", 1, "the two shapes differ in their number of entries"},
      {"reshape(v)", 1, "reshape(x, shape, …): found no 'shape'"},
      {"reshape(v, k)", 12,
       "expected a size: a whole number of at least 1, the name of a size, or such as n - 1"},
      {"reshape(v, s)", 12, "reshape, 'shape': found 's', expected a size"},
      {"eye(0)", 5, "expected a size: a whole number of at least 1"},
      {"eye(1.5)", 5, "expected a size"},
      {"eye()", 1, "eye(n): found no 'n'"},
      {"eye(n, n)", 8, "eye(n): 'n' is one argument too many"},
      {"sin(s, 2)", 8, "sin(x): '2' is one argument too many"},
      {"sum(A, 1)", 8, "sum(x): '1' is one argument too many"},
      {"mod(s)", 1, "mod(a, b): found no 'b'"},
      {"power(s, 1.5)", 10, "power, 'exponent': found '1.5', expected a whole number"},
      {"power(s, -1)", 1, "expected an integer of at least 0"},
  });
}

TEST_CASE("what YAML makes of formulas that should be quoted") {
  check_refused({
      {"a norm that YAML takes for a block", with("|x|"), "3:7", "must be quoted"},
      {"a block that YAML finds fine", with(">2"), "3:6", "put the formula in quotes"},
      {"a block with lines", with("|\n    s +\n    s"), "3:6", "write it on one line, quoted"},
      {"an alias", with("*v"), "3:6", "A formula that begins with * must be quoted"},
      {"an entry of a list", with("- x"), "3:6", "quote a formula that begins with '- '"},
      {"a list that is transposed", with("[x1, x2]'"), "3:14", "a text goes on after its closing bracket"},
      {"a list that is multiplied", with("[x1, x2]*2"), "3:14", "a text goes on after its closing bracket"},
      {"a comma between braces", "inputs: {x: [3]}\nnodes: {f: mod(x, 2)}\n", "2:19",
       "quote a text that contains commas"},
      {"an index between braces", "inputs: {x: [3]}\nnodes: {f: x[1]}\n", "2:13",
       "quote a text that contains brackets"},
      {"an anchor", with("&x"), "3:6", "Quote a text that begins with &"},
      {"a tag", with("!x"), "3:6", "Quote a text that begins with !"},
      {"a quote that is not closed", with("'x"), "3:6", "is never closed"},
      {"a colon and a space", with("s: 2"), "3:7", "quote a text that contains ': '"},
      {"a percent sign", with("%s"), "3:6", "quote it"},
      {"no value", with(""), "3:3", "has no value"},
      {"a map in a list", with("[{a: 1}]"), "3:7", "found a map, expected a formula"},
      {"an empty list", with("[]"), "3:6", "an empty list"},
      {"a map without type", with("{in: x}"), "3:6", "'type' is missing"},
  });
}

TEST_CASE("all formulas of a file are reported at once, and one mistake once") {
  check_refused({
      {"two formulas and a node",
       "inputs: {x: [2], A: [2, 2]}\nnodes:\n  f: x*x\n  g: q + 1\n  h: {type: Tanhh, in: x}\n", "3:7",
       "there is no product", 2, 3},
      {"what depends on a mistake",
       "inputs: {x: [2]}\nnodes:\n  f: x*x\n  g: f + 1\n  h: {type: Tanh, in: g}\n  k: h.y\n", "3:7",
       "there is no product", 2, 1},
      {"what depends on a node of an unknown type",
       "inputs: {x: [2]}\nnodes:\n  f: {type: Tnah, in: x}\n  g: f + f.y + 1\n", "3:13",
       "unknown node type 'Tnah'", 2, 1},
      {"what depends on a node whose shapes are wrong",
       "inputs: {x: [2], A: [3, 3]}\nnodes:\n  f: {type: MatVec, in: [A, x]}\n  g: f + 1\n", "3:3",
       "its axis 1 must be 3, as axis 2 of port 'A' (fed by 'A') is", 2, 1},
      {"what depends on a node with an attribute that it does not have",
       "inputs: {x: [2], A: [3, 3]}\nnodes:\n  f: {type: Copy, in: x, axis: 1}\n  g: A*f\n", "3:26",
       "Copy has no attribute 'axis'", 2, 1},
      {"what depends on a node with an attribute that cannot be read",
       "inputs: {x: [2]}\nnodes:\n  f: {type: Linear, in: x, units: two and two}\n  g: x + f\n", "3:35",
       "expected", 2, 1},
      {"beside a node of a negative size",
       "inputs: {x: [2]}\nnodes:\n  f: {type: Zeros, shape: [-2]}\n  g: x + f\n", "3:27",
       "found -2, expected a size of at least 0", 2, 1},
      {"an input that cannot be read", "inputs: {x: 2}\nnodes:\n  f: x + 1\n", "1:13", "expected a shape", 2,
       1},
      {"inputs under another name", "input: {x: [2]}\nnodes:\n  f: x + 1\n", "1:1", "did you mean 'inputs'?",
       2, 1},
      {"a name that is taken", "inputs: {x: [2]}\nnodes:\n  x: x1 + 1\n", "3:3", "the name 'x' is taken", 2,
       1},
      {"a name that is none", "inputs: {x: [2]}\nnodes:\n  f-g: x1 + 2*x2\n", "3:3",
       "'f-g' cannot name a node", 2, 1},
      {"a cycle of two formulas", "inputs: {x: [2]}\nnodes:\n  f: g + x\n  g: 2*f\n  h: f + 1\n", "3:3",
       "a cycle: f -> g -> f", 2, 1},
      {"a cycle of a formula and a node", "nodes:\n  f: g + 1\n  g: {type: Tanh, in: f}\n", "2:3",
       "a cycle: f -> g -> f"},
      {"a cycle after another", "inputs: {x: [2]}\nnodes:\n  f: f + x\n  g: g + f\n", "3:3",
       "a cycle: f -> f", 2, 2},
      {"a formula after a cycle of nodes",
       "nodes:\n  f: {type: Tanh, in: g}\n  g: {type: Tanh, in: f}\n  h: 2*f\n", "2:3", "a cycle: ", 2, 1},
  });
}
