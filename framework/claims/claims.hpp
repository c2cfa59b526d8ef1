// Claims: equations between values and derivatives of a graph, proved or refuted at random points by exact
// derivatives.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/graph.hpp"
#include "core/stop.hpp"
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

// A claim that is too much work at the sizes asked for.
class TooMuchWork : public Error {
 public:
  using Error::Error;
};

// The values of the claim's graph that its sides are computed from.
std::vector<ValueId> read_by_sides(const ClaimProgram& program);

class ClaimPrograms;  // claim_program.hpp

struct ClaimSpec {
  std::string text;  // as written
  Place place;
  bool must_hold = true;  // false: it must be refuted
  bool open = false;      // `df/dx = ?`
  // An answer is tried wherever the graph has values: what its own nodes demand narrows nothing, and where
  // its left side has a value and another has none, it is wrong.
  bool everywhere = false;
  std::map<ValueId, std::vector<double>> at;  // inputs that it fixes, and the sizes that follow
  SizeValues at_sizes;
  std::set<std::string> axes;       // the named sizes that its sides depend on
  SizeValues least_sizes;           // those of whose axes it names an entry: x5 wants 5
  std::set<std::string> functions;  // the types of one input among the nodes that compute its sides
  std::shared_ptr<const ClaimPrograms> programs;
  // Why it cannot be formed at any sizes; then there are no programs. A misfit is refuted by it.
  std::vector<Problem> problems;
  bool misfit = false;
};

struct ClaimResult {
  // `untold`: rounding swallows what would tell. `kinked`: it is about a derivative where there is none.
  // `error`: it cannot be formed or has no value. `unjudged`: the work was to end before that was known.
  enum Verdict { holds, refuted, open, untold, kinked, error, unjudged } verdict = holds;
  std::int64_t points = 0, redrawn = 0;
  std::vector<SizeValues> sizes;       // at which it was tried
  double magnitude = 0;                // of the largest entry of a point at which it was tried
  std::size_t bends = 0;               // on both sides of which it was tried
  std::vector<std::string> not_tried;  // what was left out, and why
  double worst = 0;   // the largest difference, relative to the largest entry where that is above 1
  std::string where;  // where the sides differ most: "[2, 1]: -1.2 on the left, 3.4 on the right"
  std::string diagnosis;
  std::vector<Problem> problems;  // of an error
  bool ok(const ClaimSpec& spec) const { return verdict == (spec.must_hold ? holds : refuted); }
};

// Proves or refutes claims of a graph.
//
// Sizes: drawn unequal and above 3 (twice, in opposite orders), all 1, and all equal, at least as large as
// the entries that the claim names; `at` fixes them. Where a point would cost more than 10⁸ operations, sizes
// are smaller, and the result says so.
//
// Points: three ordinary ones at each sizes; more at magnitudes from 1e-3 to 1e3, where those give finite
// values; and on both sides of each place where a value or a derivative jumps along random lines (32 at the
// most). All lie in the domains that inputs and ports declare. An ordinary point with a value that is not
// finite is drawn again.
//
// Two sides agree in an entry where they differ by no more than rounding may make of that entry, which is
// measured (analysis/rounding.hpp). An entry tells where rounding is below 1e-6 of it, or, of one that comes
// out as nothing, of what it was computed from. A claim is refuted by one entry at one point; it holds where
// all entries agree and each was told at three points; otherwise it cannot be told. Where `at` fixes a kink,
// a derivative is judged by its limits from the sides.
//
// Where it is to stop, between two points, the claim in hand and those behind it are unjudged.
//
// Throws Error (run_failed) where a plugin fails.
std::vector<ClaimResult> check_claims(const Graph& graph, const std::vector<ClaimSpec>& claims,
                                      std::uint64_t seed, Stop stop = {});

}  // namespace graph_runner
