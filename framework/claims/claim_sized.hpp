// A claim at the sizes at which it is tried, each formed and compiled once. Private to the files claim_*.cpp.
#pragma once

#include <limits>
#include <map>
#include <memory>

#include "analysis/bending.hpp"
#include "claims/claim_draw.hpp"

namespace graph_runner {

// Thrown where a limit on the work of claims is reached.
struct OutOfWork {};
// Thrown where it is to stop.
struct Stopped {};

// What it takes to write out a part of a claim and make a node of it, as operations.
inline constexpr double work_of_a_part = 2e4;

// What the claims of a graph share: its points, by their sizes, so that what several ask for is compiled
// once; which of its nodes bend; the work that is left for them; and whether they are to stop.
struct SharedPoints {
  std::map<SizeValues, std::unique_ptr<GraphPoint>> points;
  Bending bending;
  double work = std::numeric_limits<double>::max();  // operations, roughly
  Stop stop;

  // Before each part of the work.
  void spend(double operations) {
    if (stop.asked()) throw Stopped{};
    work -= operations;
    if (work < 0) throw OutOfWork{};
  }
};

// The result of a claim. Throws as check_claims does.
ClaimResult check_claim(const Graph& graph, const ClaimSpec& claim, std::uint64_t seed, SharedPoints& shared);

// A claim at some sizes, and what its points are drawn and judged by.
struct SizedClaim {
  GraphPoint& point;
  ClaimSides sides;
  ClaimDraw draw;
  double cost;  // operations a point

  SizedClaim(const Graph& graph, const ClaimSpec& claim, GraphPoint& at, ClaimProgram program,
             double of_point)
      : point(at), sides(std::move(program)), draw(graph, claim, sides.program(), at), cost(of_point) {}
};

class SizedClaims {
 public:
  SizedClaims(const Graph& graph, const ClaimSpec& claim, SharedPoints& shared)
      : graph_(graph), claim_(claim), shared_(shared) {}

  struct Formed {
    ClaimProgram program;
    double cost;  // operations a point; 0 where an index leaves its range
  };
  // What forms it, and no more. Throws Misfit or TooMuchWork.
  const Formed& formed_at(const SizeValues& sizes);
  // Null where an index leaves its range. Throws as formed_at, and Error (bad_request) where a point costs
  // more than can be borne or no point meets the demands on it.
  SizedClaim* at(const SizeValues& sizes);

 private:
  const Graph& graph_;
  const ClaimSpec& claim_;
  SharedPoints& shared_;
  std::map<SizeValues, Formed> formed_;
  std::map<SizeValues, std::unique_ptr<SizedClaim>> sized_;
};

}  // namespace graph_runner
