// One meaning may be written in several ways. What depends on no name is settled as a formula is read
// (formula_symbols.hpp); here is the rest: names that mean something where nothing is called so, and
// functions under several names. Whatever reads a formula afterwards knows one spelling of each.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "formulas/formula.hpp"

namespace graph_runner {

class Registry;

// The formula with its names understood. Where nothing is called so, pi, π and e are constants, A^T and A.T
// transposes, A^-T the transpose of an inverse, and x_i and A_ij are x[i] and A[i,j]. `letters` are names
// that stand for indices: they are not touched. A transpose that was written ^T has the text T: of a number,
// nobody meant one.
Formula understood(Formula f, const AxesOf& axes, const std::vector<std::string>& letters = {});

// x_i, A_ij and A_1j, of which nothing is called so but x or A, with as many axes: what, and the indices.
struct Subscripted {
  std::string of;
  std::vector<Formula> at;
};
std::optional<Subscripted> subscripted(const std::string& name, const AxesOf& axes, const Place& place);

// A name as the product of those that are declared, Q*x of Qx; "" where it is none.
std::string as_product(const std::string& name, const AxesOf& axes);

// A function that is written in terms of others: ln(a) is log(a), vec(a) is flatten(a').
struct Alias {
  std::string written;
  std::vector<std::string> arguments;
  Formula means;
  // Some have one meaning for some kinds alone, and are refused for all others; some are told and not taken.
  enum Takes { anything, numbers, vectors, a_matrix, nothing } takes;
  std::string instead;  // of the others, where {0} and {1} are the arguments
};
// The alias that a call is of; null where it has none, or where a value or a node type has the name.
const Alias* alias_of(const Formula& call, const Registry& registry, const AxesOf& axes);
// The call in terms of others.
Formula spelled_out(const Alias& alias, const Formula& call);

// Functions that are written with letters alone: those that have an alias.
std::vector<std::string> alias_names();

// The functions of so many numbers that work entry by entry, so that of a column they are the column of their
// values; what those of other plugins make of a column is not known.
bool works_by_entry(const std::string& function, std::size_t arguments = 1);
// The operator that does to each entry what another does to numbers: .* of *.
Formula::Kind entry_by_entry(Formula::Kind kind);

}  // namespace graph_runner
