// Derivatives as claims name them: "dL/dW", "d2f/dx2", "dh1/dx", "d2f/dx1dx2".
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "claims/claims.hpp"
#include "core/graph.hpp"

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
  // Of the whole: "dh/dx" of dh1/dx2.
  std::string name_of_whole() const;
};

// Reads the name of a derivative. A declared name wins over that of a component. Throws Error (bad_request)
// at `place` where nothing has a name, or the value does not depend on what it is differentiated by.
NamedDerivative read_derivative(const Graph& graph, const std::string& name, const Place& place);

// The number of axes of what a half of such a name speaks of: of "dW" those of W, of "dx1" none.
std::size_t axes_of(const Graph& graph, std::string_view half);

}  // namespace graph_runner
