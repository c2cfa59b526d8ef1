// What the names of a claim stand for at given sizes, and claims with indices, sums and sizes written out.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "claims/claim_derivatives.hpp"
#include "claims/claims.hpp"
#include "formulas/lowering.hpp"
#include "formulas/notation.hpp"

namespace graph_runner {

// An index letter that stands alone on the left of a claim and runs over an axis.
struct IndexLetter {
  std::string name;
  std::int64_t size;
};
using Bindings = std::map<std::string, double>;  // letters and what they stand for

// An index that leaves its range: the claim is refuted by it.
struct IndexOutOfRange {
  std::string message;
};

// A number at the place of another formula.
Formula number_at(const Formula& f, double value);

// What a derivative such as dh1/dx takes of its whole, which is given: dh/dx[1,:].
Formula entries_of(const Graph& graph, const NamedDerivative& d, const Formula& whole);

// Whether index i of a left side such as dL/dW[i,j] is a letter that runs over its axis.
bool is_index_letter(const Graph& graph, const Formula& left, std::size_t i);

class ClaimNames {
 public:
  // `what` begins messages; more parts than `most_parts` are not written out.
  ClaimNames(const Graph& graph, const std::set<std::string>& rows, Registry& registry,
             const SizeValues& sizes, const std::string& what, std::int64_t most_parts);

  // The letters of a left side such as dL/dW[i,j]; none where it has no index letter.
  std::vector<IndexLetter> letters(const Formula& left);
  // The formula with letters and sizes as numbers, sum(i, m, …) as additions, mod and floor of numbers worked
  // out, and components of derivatives as indices. Throws Error (bad_request) at what is wrong, or
  // IndexOutOfRange.
  Formula rewrite(const Formula& f, const Bindings& letters);
  // The value of a formula that is rewritten; what was computed before is not computed again.
  Operand lower(const Formula& f) { return lowering_.lower(f); }
  Operand lower_whole(const Formula& f) { return lowering_.lower_whole(f); }

  // For claim_grid.cpp.
  Operand take(const Formula& f, const Operand& from, std::vector<std::int64_t> at) {
    return lowering_.take(f, from, std::move(at));
  }
  // A value as a formula that names it.
  Formula column(const Operand& o, const Formula& f);
  // A formula of numbers, letters and sizes as a number; nothing for any other.
  std::optional<double> number(const Formula& f, const Bindings& letters) const;
  // What a call is spelled out as, or null.
  const Alias* alias(const Formula& f) const {
    const bool call = f.kind == Formula::call && find(f.text) == no_value;
    return call ? alias_of(f, scope_.registry(), {}) : nullptr;
  }
  // Whether it is dh1/dx of a vector x, a row of dh/dx, or the like: the gradient of a number.
  bool is_gradient_of_entry(const Formula& f) const;
  // Counts a part that is written out. Throws TooMuchWork beyond the most that a claim may be.
  void spend(const Formula& f);
  std::int64_t parts() const { return parts_; }
  // How often sum(i, m, …) adds.
  int times(const Formula& sum, const Bindings& letters);

  // What a claim may have forgotten: the values of the graph that a user has named, but for the left side
  // itself.
  std::vector<std::string> candidates(const Formula& left) const;
  // The claim's graph, which computes all that was lowered, and in `program` what feeds its inputs.
  std::shared_ptr<Graph> graph(ClaimProgram& program);

 private:
  struct Fed {
    Shape shape;
    ValueId value = no_value;
    DerivativeName derivative;
  };
  void declare(const std::string& name, const std::string& from, Kind kind, const Fed& fed);
  void declare_derivative(const std::string& name, const NamedDerivative& d, const Place& place);
  Formula derivative(const Formula& name);
  Formula index(const Formula& f, const Bindings& letters);
  Formula sum(const Formula& f, const Bindings& letters);
  ValueId find(const std::string& name) const;  // or no_value
  Shape shape_of(ValueId v) const;
  Shape shape_of(const Formula& f);

  const Graph& graph_;
  std::string what_;
  std::int64_t parts_ = 0, most_parts_;  // written out so far, and in all
  SizeValues sizes_;
  Scope scope_;
  std::vector<NodeSpec> nodes_;  // of the claim's graph
  Lowering lowering_;
  std::map<std::string, ValueId> names_;  // of the graph
  std::map<ValueId, Kind> kinds_;
  std::map<std::string, Fed> fed_;  // by the name of the input in the claim's graph
};

// Throws IndexOutOfRange where an index leaves 1 … size.
void check_range(const Formula& whole, const Formula& index, double number, std::int64_t size,
                 const Bindings& letters);

}  // namespace graph_runner
