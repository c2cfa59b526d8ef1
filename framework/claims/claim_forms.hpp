// Formulas of claims in one form, so that what is written in several ways can be compared. Private to the
// files claim_*.cpp.
#pragma once

#include <string>

#include "claims/claim_derivatives.hpp"
#include "formulas/formula.hpp"

namespace graph_runner {

// The first part of a formula that is as asked, or null.
template <class Is>
const Formula* find_part(const Formula& f, const Is& is) {
  if (is(f)) return &f;
  for (const Formula& part : f.parts)
    if (const Formula* found = find_part(part, is)) return found;
  return nullptr;
}
inline bool is_derivative(const Formula& f) { return f.kind == Formula::derivative; }

// The same formula whichever way its derivatives are written: dh1/dx as dh/dx[1,:]. Throws Error where a
// derivative names what is not there.
Formula in_one_form(const Formula& f, const Graph& graph);

// A left side in one form: for all values of a letter is ':', and what has no other index is the whole.
Formula left_in_one_form(const Formula& f, const Graph& graph);
const Formula& without_indices(const Formula& f);

// The value that a name is of, or a part of, or no_value.
ValueId value_of(const std::string& name, const Graph& graph);
// Whether a name or derivative speaks of a value.
bool names_value(const Formula& f, ValueId v, const Graph& graph);

}  // namespace graph_runner
