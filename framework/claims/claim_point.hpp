// The numbers that a claim is judged by. Private to the files claim_*.cpp.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "analysis/derivatives.hpp"
#include "analysis/trial.hpp"
#include "claims/claims.hpp"

namespace graph_runner {

// A graph at some sizes, and a point of it at a time.
class GraphPoint {
 public:
  GraphPoint(const Graph& graph, const SizeValues& sizes);

  const Graph& graph() const { return graph_; }
  const SizeValues& sizes() const { return sizes_; }
  const Shape& shape(ValueId v) const { return derivatives_.shape(v); }
  // The entries of every input and parameter.
  const std::map<ValueId, Entries>& entries() const { return point_; }
  void move_to(std::map<ValueId, Entries> point);
  // With a stream, what is asked for from now on errs as rounding may.
  void disturb(Stream* stream, double magnification = 1);

  const Entries& value(ValueId v);
  bool is_moderate(ValueId v) const { return derivatives_.is_moderate(v); }
  const Entries& derivative(const DerivativeName& d);

 private:
  const Graph& graph_;
  SizeValues sizes_;
  Derivatives derivatives_;
  std::map<ValueId, Entries> point_;
  std::map<std::tuple<ValueId, ValueId, ValueId>, Entries> known_;
};

// One side of an equation at a point. Its entries are reached by its own shape alone.
struct ClaimSide {
  Shape shape;
  bool row = false;
  Entries entries;

  bool has_shape_of(const ClaimSide& other) const { return shape == other.shape && row == other.row; }
  // Of a matrix.
  std::optional<ClaimSide> transposed() const;
};

// One equation of a claim at one point.
struct ClaimPoint {
  SizeValues sizes;
  std::map<ValueId, Entries> at;
  bool ordinary = true;      // drawn as such: neither at another magnitude nor beside a bend
  std::string out_of_range;  // then there are no sides
  ClaimSide left, right;
  // By entry, where both sides have one shape: the tolerance that `≈` states, or 0; how far the sides may be
  // apart with what rounding makes of them; whether the entry tells.
  std::vector<double> stated, tolerance;
  std::vector<bool> tells;
  struct Term {
    std::string text;
    double sign;
    Entries entries;
  };
  std::vector<Term> terms, others;

  bool has_sides() const { return out_of_range.empty(); }
  bool same_shape() const { return left.has_shape_of(right); }
  std::size_t entries() const { return same_shape() ? left.entries.size() : 0; }
  double difference(std::size_t i) const { return left.entries.at(i) - right.entries.at(i); }
  bool agrees_at(std::size_t i) const { return std::abs(difference(i)) <= tolerance.at(i); }
  // Whether the two sides agree at this point.
  bool agrees() const;
  // An entry where they differ most, relative to its tolerance.
  std::size_t worst() const;
};

// Computes the sides of a claim from a point of its graph.
class ClaimSides {
 public:
  explicit ClaimSides(ClaimProgram program);

  const ClaimProgram& program() const { return program_; }
  std::size_t equations() const { return program_.sides.empty() ? 1 : program_.sides.size() - 1; }

  // Walks the claim's graph from what the point says of the graph that it speaks of; with a stream, disturbed
  // as rounding may do it, magnified.
  void walk(GraphPoint& point, Stream* disturbing = nullptr, double magnification = 1);
  // Whether all sides, and what derivatives are of, are finite.
  bool finite(GraphPoint& point) const;
  // Whether the left side is, where others need not be.
  bool left_finite(GraphPoint& point) const;
  // Whether that holds no number so large or small that digits are lost to overflow and underflow.
  bool moderate(GraphPoint& point) const;
  ClaimSide side(std::size_t k) const;
  // The equations at the point of the last walk; nothing is known of rounding yet.
  std::vector<ClaimPoint> equations_at(const GraphPoint& point) const;

 private:
  Entries entries(const ClaimProgram::Side& side) const;

  ClaimProgram program_;
  std::unique_ptr<Evaluation> evaluation_;
};

}  // namespace graph_runner
