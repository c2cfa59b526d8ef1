// Claims: equations between values and derivatives of a graph, proved or refuted at random points by exact
// derivatives.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/graph.hpp"
#include "core/tensor.hpp"

namespace graph_runner {

// A derivative that a claim names: of a scalar, with the shape of `by`; else outputs by inputs; with
// `second`, the derivative of the gradient by `by` along `second`: a Hessian where both are the same.
struct DerivativeName {
  ValueId of = no_value, by = no_value, second = no_value;
};

// A claim at given sizes, as a graph of its own that computes its sides from what it names.
struct ClaimProgram {
  // What one side is: one value, or for an index claim one number for each value of the indices.
  struct Side {
    std::vector<ValueId> parts;
    Shape shape;       // of the whole
    bool row = false;  // a vector that lies
  };
  // A term of the last side, added or subtracted, or a value that may be missing there.
  struct Term {
    std::string text;
    double sign = 1;
    Side side;
  };
  std::shared_ptr<Graph> graph;
  // The inputs of that graph, and what of the claim's own graph feeds them.
  std::vector<std::pair<ValueId, ValueId>> values;
  std::vector<std::pair<ValueId, DerivativeName>> derivatives;
  std::vector<Side> sides;  // left to right; none where the claim is an open question
  std::vector<Term> terms, others;
  std::vector<double> tolerance;  // of `≈`, one an entry; empty for `=`
  std::string out_of_range;       // an index that leaves its range, or ""
};

struct ClaimSpec {
  std::string text;  // as written
  Place place;
  bool expected = true;                       // false: it must be refuted
  bool open = false;                          // `df/dx = ?`
  std::map<ValueId, std::vector<double>> at;  // inputs that it fixes, and the sizes that follow
  SizeValues at_sizes;
  std::function<ClaimProgram(const SizeValues&)> program;
};

struct ClaimResult {
  enum Verdict { holds, refuted, open } verdict = holds;
  std::int64_t points = 0, sizes = 0, redrawn = 0;
  double worst = 0;   // the largest difference, relative to the largest entry where that is above 1
  std::string where;  // where the sides differ most: "[2, 1]: -1.2 on the left, 3.4 on the right"
  std::string diagnosis;
  bool ok(const ClaimSpec& spec) const { return verdict == (spec.expected ? holds : refuted); }
};

// Proves or refutes claims of a graph: sizes are drawn unequal (twice), 1 and equal, and three points at
// each. Two sides agree where they differ by no more than rounding may make: found by disturbing what the
// claim is computed from by one rounding. A point with a value that is not finite is drawn again. Throws
// Error: bad_request where more than half of the points are such, run_failed where a plugin fails.
std::vector<ClaimResult> check_claims(const Graph& graph, const std::vector<ClaimSpec>& claims,
                                      std::uint64_t seed);

}  // namespace graph_runner
