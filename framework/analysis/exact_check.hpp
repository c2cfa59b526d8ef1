// The gradients of a trial against exact derivatives from forward on duals.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "analysis/diagnosis.hpp"
#include "analysis/findings.hpp"
#include "analysis/trial.hpp"

namespace graph_runner {

// Of a trial that has duals. What it does leaves the point as it was, and the outputs of other points.
class ExactCheck {
 public:
  ExactCheck(Trial& trial, Stream& stream) : trial_(trial), stream_(stream) {}

  // Whether ⟨v, J u⟩ = ⟨Jᵀ v, u⟩ to 1e-12 of the absolute terms for random directions u of tensor t, one for
  // the entries of each magnitude. Adds to the measure.
  bool agrees(std::size_t t, Measure& measure);
  // Exact derivatives by entries of tensor t.
  KnownGradient know(std::size_t t);
  // Whether the entry that is known k-th is off by more than rounding may make of it; whether it is at a
  // kink.
  bool is_wrong(const KnownGradient& known, std::size_t k);
  bool at_kink(const KnownGradient& known, std::size_t k);
  // Whether an error in the derivative by an entry is nothing, by this measure, beside φ and its derivatives.
  bool lost(std::size_t t, std::size_t i, double error, double measure);
  // What might explain the gradient of tensor t, where it is wrong.
  std::optional<std::vector<Hypothesis>> explanations(std::size_t t);

 private:
  double error_along(std::size_t t, std::span<const std::size_t> entries);
  std::size_t halve(std::size_t t);

  Trial& trial_;
  Stream& stream_;
};

}  // namespace graph_runner
