// One node at one point with one cotangent: what the checks of a node work on. φ(x) = ⟨v, f(x)⟩ is the scalar
// whose gradient backward computes, f the node's outputs, v the cotangent.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "analysis/draw.hpp"
#include "analysis/evaluation.hpp"
#include "analysis/probe.hpp"
#include "analysis/region.hpp"
#include "analysis/witness.hpp"

namespace graph_runner {

using Entries = std::vector<double>;

// A derivative of φ, and the sum of the absolute terms that it was summed from: the scale of its rounding.
struct Derivative {
  double value = 0, scale = 0;
};

class Trial {
 public:
  // `point` holds the entries of each input and parameter; empty ones elsewhere.
  Trial(const Subject& subject, std::vector<Entries> point, Stream& stream);

  const Subject& subject() const { return subject_; }
  std::size_t tensors() const { return subject_.ports.size(); }
  const std::vector<Entries>& point() const { return point_; }
  const std::vector<Entries>& cotangent() const { return cotangent_; }
  const Entries& gradient(std::size_t t) const { return gradients_[t]; }
  bool has_duals() const { return dual_ != nullptr; }

  // The probe on doubles; checks may change what it holds and call `restore` after.
  Probe& probe() { return probe_; }
  // Sets point and cotangent, and walks forward.
  void restore();
  // What backward computes for all gradients, from what the probe holds.
  std::vector<Entries> gradients_now();

  // How far the gradients, or the exact derivative by the entry i of tensor t, move where all that is read is
  // off by 1e-8 of itself: rounding does less to them.
  const std::vector<Entries>& gradient_spread();
  double exact_spread(std::size_t t, std::size_t i);

  // ⟨v, J u⟩ for a direction u of tensor t, by forward on duals.
  Derivative exact(std::size_t t, const Entries& u);
  // By the entry i of tensor t.
  Derivative exact(std::size_t t, std::size_t i);
  // The part of that which the entries from … to - 1 of the gradient of output o contribute.
  double exact_share(std::size_t t, std::size_t i, std::size_t o, std::size_t from, std::size_t to);
  // The probe on duals, where there are any, at the point and with tangents of 0; whoever changes that puts
  // it back.
  Probe& dual() { return *dual_; }
  // Σ |v f| of what it computed last.
  double dual_terms() const;
  // ⟨w, H u⟩ where H are the second derivatives of φ, along u and w of all tensors: by backward on duals.
  Derivative second(const std::vector<Entries>& u, const std::vector<Entries>& w);

  // That the derivative by the entry i of tensor t is this one, to be compared with differences.
  Asserted asserted(std::size_t t, std::size_t i, double derivative);

 private:
  void set_point(Probe& probe) const;
  std::vector<Entries> disturbed_point();

  const Subject& subject_;
  Stream disturbances_;
  std::vector<Entries> point_, cotangent_, gradients_, spread_;
  std::vector<double> largest_;  // of each gradient
  Probe probe_;
  std::unique_ptr<Probe> dual_;
};

// What the entries of an input or parameter may be; and random ones, `scale` times as large.
Region region_of(const Subject& subject, std::size_t tensor);
Entries draw_for_port(const Subject& subject, std::size_t tensor, Stream& stream, EntryDraw how,
                      double scale = 1);

// How far apart two ways to the same number may be: of the sum of the absolute terms.
inline constexpr double exact_tolerance = 1e-12;

// What is smaller than this may have underflowed.
inline constexpr double smallest_telling = 1e-290;

// The largest absolute value; not a number where one is not.
double largest(const Entries& entries);

// Moves every entry by up to its `relative` part, up or down: to see what rounding of that size may do.
void disturb(Entries& entries, double relative, Stream& stream);

// The entries of the transpose of a matrix, row by row.
Entries transposed(const Entries& matrix, std::size_t rows, std::size_t columns);

// The first entry at which two tensors differ by more than a tolerance.
std::optional<std::size_t> first_apart(const Entries& a, const Entries& b, double tolerance);

// |⟨g, u⟩ - d| over the sum of the absolute terms of both: how well a gradient g agrees with the exact
// derivative d along u. Not finite where one of them is not.
double relative_error(const Entries& g, const Entries& u, const Derivative& d);

// The entries of a gradient, those of like magnitude together, zeros by themselves.
std::vector<std::vector<std::size_t>> by_magnitude(const Entries& gradient);

// The index below n that stays when [0, n) is cut in halves again and again and the half with the larger
// error is kept: log₂ n pairs of calls of `error(from, to)`.
std::size_t find_by_halving(std::size_t n, const std::function<double(std::size_t, std::size_t)>& error);

}  // namespace graph_runner
