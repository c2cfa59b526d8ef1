// Critical points of a scalar value f by an input or parameter x: where ∇f = 0, found by Newton's method with
// the exact Hessian and classified by its eigenvalues.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/graph.hpp"
#include "core/stop.hpp"

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
  double eigenvalue = 0;          // 0 where it cannot be told from 0
  std::vector<double> vector;     // of length 1
  Leads ahead = Leads::neither;   // at c + h v, h = 0.001·max(1, ‖c‖), or less where f bends before
  Leads behind = Leads::neither;  // at c - h v
};

struct CriticalPoint {
  std::vector<double> point;
  std::vector<double> error;  // how far each entry may lie from where the gradient vanishes
  double value = 0, gradient_norm = 0;
  bool told = true;  // whether the second derivatives are the same all over these errors, or all small
  CriticalKind kind = CriticalKind::inconclusive;
  std::vector<CriticalDirection> directions;  // by ascending eigenvalue
};

struct CriticalResult {
  std::string of, by;
  Shape shape;  // of x
  SizeValues sizes;
  int starts = 0;
  bool stopped = false;                                  // before all starts were tried: nothing is judged
  std::vector<CriticalPoint> points;                     // distinct to 1e-6, in lexicographic order
  std::optional<std::vector<double>> constant_gradient;  // where ∇f is the same everywhere that was looked
  double looked_to = 0;                                  // points so large, for a constant gradient
  std::vector<std::string> drawn;                        // inputs whose values were drawn at random
  bool holds = false;
  std::string verdict;               // what was found, and what was expected where that is not it
  std::optional<std::size_t> match;  // the point that meets the expectations, where there are any
};

// "[0, 1.5708]", "[1, 2; 3, 4]" of a matrix: to six digits, and what is a rounding error of the largest entry
// as 0. At most twelve entries are shown.
std::string show_point(const std::vector<double>& entries, const Shape& shape, double rounding = 1e-12);

inline constexpr int random_starts = 16;

// Looks for critical points, from `near` alone where it is given, otherwise from `point` and from 16 random
// points of x's domain; all other inputs keep the value that they declare or are drawn, and parameters have
// their initial values. Holds where a point is found that is `point`, each entry to 1e-6·max(1, ‖point‖∞) and
// reached from there, and of kind `kind`; with kind `none`, where the gradient is the same, and not zero, at
// random points of magnitudes from 1e-3 to 1e150 or until it is rounded away, at least to 1000, and the
// Hessian is exactly zero there. That no start leads to a point proves nothing, and does not hold.
//
// Newton's method: a step is -H⁺∇f, with the pseudo-inverse over eigenvalues above 1e-14 of the largest, in
// units in which the rows of H are alike. It is at most max(1, ‖x‖) long, twice that after a step that was
// cut, and so on, and is halved until ‖∇f‖² falls enough (Armijo). Its limit counts as critical where the
// next step is below 1e-9 of what was travelled, or of x where no step makes the gradient smaller, and each
// entry of ∇f is no larger than the errors of x make it: 64 units of the last place and four times the last
// step. A limit outside the range of x does not count, nor one where the gradient jumps, or where it is 0 all
// around, as that of a function that is too flat for doubles.
//
// Kinds: an eigenvalue is zero up to 1e-10 of the largest, in those units, and where it changes sign or by
// half within the errors of x. All positive: minimum, all negative: maximum, of both signs: saddle, otherwise
// inconclusive. Where one that is not small changes, the kind cannot be told, and is none that is expected. A
// limit within 1e-3 of `point` is `point`, where that is critical and inconclusive.
//
// Source: Nocedal & Wright, Numerical Optimization, 2nd ed., chapters 3, 6 and 11 (‖∇f‖² as merit function).
// Cost: an iteration takes as many Hessian-vector products as x has entries n, and n³ operations.
// Where it is to stop, between two starts, it has the points found by then, and no verdict on them.
// Throws Error: bad_request where a node on the way has no duals or x has more than 500 entries.
CriticalResult find_critical(const Graph& graph, const CriticalRequest& request, Stop stop = {});

}  // namespace graph_runner
