// Derivatives as claims name them: "dL/dW", "d2f/dx2", "dh1/dx", "d2f/dx1dx2".
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "claims/claims.hpp"
#include "core/graph.hpp"
#include "formulas/formula.hpp"

namespace graph_runner {

// A value, or an entry of a vector.
struct DerivativePart {
  std::string name;  // of the value
  ValueId value = no_value;
  int entry = 0;  // from 1; 0 is the whole
};

struct NamedDerivative {
  DerivativePart of, by;
  std::optional<DerivativePart> second;

  DerivativeName whole() const { return {of.value, by.value, second ? second->value : no_value}; }
  bool has_entry() const { return of.entry || by.entry || (second && second->entry); }
  std::vector<const DerivativePart*> parts() const;
  // Of the whole: "dh/dx" of dh1/dx2.
  std::string name_of_whole() const;
};

// What two names with a slash between them say where that is a derivative: what begins with d above and
// below, where the graph has no values of such names. For FormulaOptions.
std::optional<DerivativeText> derivative_text(const Graph& graph, std::string_view above,
                                              std::string_view below);

// What a formula of kind derivative says. A declared name wins over that of a component. Throws Error
// (bad_request) where nothing has a name, or the value does not depend on what it is differentiated by.
NamedDerivative read_derivative(const Graph& graph, const Formula& derivative);

// The number of axes of what a name of a claim names: of W two, of x1 and of a size none. Nothing where
// nothing is called so.
std::optional<std::size_t> axes_of(const Graph& graph, const std::string& name);

// The one input or parameter that a value depends on, by which ∇f is taken. Throws Error (bad_request) where
// there are several or none.
std::string variable_of(const Graph& graph, const std::string& of, const Place& place);

}  // namespace graph_runner
