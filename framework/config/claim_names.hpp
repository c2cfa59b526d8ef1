// What the names of a claim stand for at given sizes, and claims with indices, sums and sizes written out.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "analysis/claims.hpp"
#include "config/formula.hpp"
#include "config/scope.hpp"

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

class ClaimNames {
 public:
  ClaimNames(const Graph& graph, const std::set<std::string>& rows, Registry& registry,
             const SizeValues& sizes);

  Scope& scope() { return scope_; }

  // The letters of a left side such as dL/dW[i,j]; none where it has no index letter.
  std::vector<IndexLetter> letters(const Formula& left);
  // The formula with letters and sizes as numbers, sum(i, m, …) as additions, mod and floor of numbers worked
  // out, and components of derivatives as indices. Throws Error (bad_request) at what is wrong, or
  // IndexOutOfRange.
  Formula rewrite(const Formula& f, const Bindings& letters);

  // What a claim may have forgotten: the values of the graph that a user has named, but for the left side
  // itself.
  std::vector<std::string> candidates(const Formula& left) const;
  // The inputs of the claim's graph among some names, and what feeds each.
  std::vector<InputSpec> inputs(const std::set<std::string>& used) const;
  void feed(const std::string& input, ValueId id, ClaimProgram& program) const;

 private:
  void declare(const std::string& name, const std::string& from, Shape shape, Kind kind);
  // Declares a derivative where a name is one; says what is wrong with it.
  bool declare_derivative(const std::string& name, const Place& place);
  Formula component(const Formula& name);
  Formula index(const Formula& f, const Bindings& letters);
  Formula sum(const Formula& f, const Bindings& letters);
  ValueId find(const std::string& name) const;  // or no_value
  Shape shape_of(ValueId v) const;
  Shape shape_of(const Formula& f);

  const Graph& graph_;
  SizeValues sizes_;
  Scope scope_;
  std::map<std::string, ValueId> names_;  // of the graph
  std::map<std::string, Kind> kinds_;
  struct Fed {
    Shape shape;
    ValueId value = no_value;
    DerivativeName derivative;
  };
  std::map<std::string, Fed> fed_;  // by the name of the input in the claim's graph
};

}  // namespace graph_runner
