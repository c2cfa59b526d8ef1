// Critical points of a scalar value f by an input or parameter x: where ∇f = 0, found by Newton's method with
// the exact Hessian and classified by its eigenvalues.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/graph.hpp"

namespace graph_runner {

enum class CriticalKind { minimum, maximum, saddle, inconclusive, none };
inline constexpr const char* critical_kinds[] = {"minimum", "maximum", "saddle", "inconclusive", "none"};

// A point as a graph file gives it: its entries, row by row.
struct GivenPoint {
  Shape shape;
  std::vector<double> entries;
  Place place;
};

// What a graph file says under `critical:`.
struct CriticalSpec {
  std::string of, by;
  std::optional<GivenPoint> near, point;
  std::optional<CriticalKind> kind;
  Place place, of_place, by_place;
};

// The same for a graph. Sizes that it leaves open are drawn.
struct CriticalRequest {
  ValueId of = no_value, by = no_value;
  SizeValues sizes;
  std::optional<std::vector<double>> near, point;
  std::optional<CriticalKind> kind;
  std::uint64_t seed = 1;  // of starts, parameters and the other inputs
  Place place;             // for messages
};

// Where the gradient leads beside a critical point c, on the side c + h v: `away` where vᵀ∇f(c + h v) > 0.
enum class Leads { away, towards, neither };

// An eigenvector v of the Hessian at c.
struct CriticalDirection {
  double eigenvalue = 0;
  std::vector<double> vector;     // of length 1
  Leads ahead = Leads::neither;   // at c + h v, h = 0.001·max(1, ‖c‖)
  Leads behind = Leads::neither;  // at c - h v
};

struct CriticalPoint {
  std::vector<double> point;
  double value = 0, gradient_norm = 0;
  double zero_below = 0;  // eigenvalues count as zero up to here
  CriticalKind kind = CriticalKind::inconclusive;
  std::vector<CriticalDirection> directions;  // by ascending eigenvalue
};

struct CriticalResult {
  std::string of, by;
  Shape shape;  // of x
  SizeValues sizes;
  int starts = 0;
  std::vector<CriticalPoint> points;                     // distinct to 1e-6, in lexicographic order
  std::optional<std::vector<double>> constant_gradient;  // where ∇f is the same everywhere that was looked
  std::vector<std::string> drawn;                        // inputs whose values were drawn at random
  bool holds = false;
  std::string verdict;               // what was found, and what was expected where that is not it
  std::optional<std::size_t> match;  // the point that meets the expectations, where there are any
};

// "[0, 1.5708]", "[1, 2; 3, 4]" of a matrix: to six digits, and what is a rounding error of the largest
// entry, or of 1, as 0. At most twelve entries are shown.
std::string show_point(const std::vector<double>& entries, const Shape& shape);

inline constexpr int random_starts = 16;

// Looks for critical points, from `near` alone where it is given, otherwise from `point` and from 16 random
// points of x's domain; all other inputs keep the value that they declare or are drawn, and parameters have
// their initial values. Holds where a point is found that is `point`, each entry to 1e-6·max(1, ‖point‖∞),
// and of kind `kind`; with kind `none`, where the gradient is the same at random points near and far, and not
// zero, and the Hessian is zero there, to 1e-10. That no start leads to a point proves nothing, and does not
// hold.
//
// Newton's method: a step is -H⁺∇f, with the pseudo-inverse over eigenvalues above 1e-14 of the largest. It
// is at most max(1, ‖x‖) long, and is halved until ‖∇f‖² falls enough (Armijo). The method ends where steps
// are rounding errors, and its limit counts as critical where the last step is below 1e-7·max(1, ‖x‖) and
// ‖∇f‖ below 1e-13·Λ·max(1, ‖x‖): Λ is the largest |eigenvalue|, or ‖∇f‖/h beside the point where that is
// larger.
//
// Kinds: eigenvalues up to 1e-7·Λ are zero; all positive: minimum, all negative: maximum, of both signs:
// saddle, otherwise inconclusive. A limit within 1e-3 of `point` is `point`, where that is critical and
// inconclusive.
//
// Source: Nocedal & Wright, Numerical Optimization, 2nd ed., chapters 3, 6 and 11 (‖∇f‖² as merit function).
// Cost: an iteration takes as many Hessian-vector products as x has entries n, and n³ operations.
// Throws Error: bad_request where a node on the way has no duals or x has more than 500 entries.
CriticalResult find_critical(const Graph& graph, const CriticalRequest& request);

}  // namespace graph_runner
