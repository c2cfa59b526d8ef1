// Derivatives of any value of a graph by any input, parameter or intermediate value, at a point. They are
// exact to rounding: nothing is differenced. Forward mode walks the graph forward on dual numbers, reverse
// mode walks it backward, second derivatives walk it backward on duals. Source: Griewank & Walther,
// Evaluating Derivatives, 2nd ed., chapters 3 and 5.
//
//   Derivatives d(graph, {{"n", 3}});
//   d.set(x, {1, 2, 3});
//   d.vjp(f, x, {1});          // ∇f of a scalar f
//   d.hessian(f, x);           // 3 × 3
//
// A derivative by an intermediate value is taken along the paths that leave it, all else held.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <tuple>
#include <vector>

#include "analysis/evaluation.hpp"
#include "core/streams.hpp"

namespace graph_runner {

// Row-major; both counts may be 1.
struct DenseMatrix {
  std::size_t rows = 0, columns = 0;
  std::vector<double> entries;
  double operator()(std::size_t i, std::size_t j) const { return entries[i * columns + j]; }
};

class Derivatives {
 public:
  // All inputs and parameters are zero until they are set. Keeps a reference to the graph. Throws Error
  // (bad_request) where a size is not given.
  Derivatives(const Graph& graph, SizeValues sizes);

  // From now on all walks err as rounding may (analysis/rounding.hpp), with random numbers from the stream;
  // magnified; with null, as usual again. To be called before the first walk, if ever.
  void disturb(Stream* stream, double magnification = 1) {
    disturbable_ = true;
    disturbing_ = stream;
    magnification_ = magnification;
  }
  // Sets an input or parameter, in row-major order.
  void set(ValueId v, std::span<const double> entries);
  const Shape& shape(ValueId v) const { return shapes_[v]; }
  // Of all random nodes; the same at every walk.
  void set_seed(std::uint64_t seed) { step_.seed = seed; }

  // Below, y is differentiated by x; tensors of any shape count as vectors of their entries. All throw Error:
  // bad_request where y does not depend on x, or a node on the way has no backward or no duals; run_failed
  // where a plugin fails. Each costs a few times the evaluation of y, unless said otherwise.

  std::vector<double> value(ValueId y);
  // Whether every number that the last `value(y)` was computed from is 0 or between 1e-150 and 1e150: else
  // products of two of them may overflow, or lose their digits. Disturbable walks alone keep them.
  bool is_moderate(ValueId y) const;
  // J u, the derivative of y along the direction u of x.
  std::vector<double> jvp(ValueId y, ValueId x, std::span<const double> u);
  // Jᵀ v, the gradient of ⟨v, y⟩ by x.
  std::vector<double> vjp(ValueId y, ValueId x, std::span<const double> v);
  // J, entries of y by entries of x: one walk for each row or for each column, whichever are fewer.
  DenseMatrix jacobian(ValueId y, ValueId x);
  // The derivative of the gradient of ⟨v, y⟩ by x along the direction u of z; with z = x and a scalar y, the
  // product of its Hessian and u. x must not feed an intermediate z.
  std::vector<double> hvp(ValueId y, std::span<const double> v, ValueId x, ValueId z,
                          std::span<const double> u);
  // The Hessian of a scalar y by x (rows) and z (columns), or by x alone: one walk for each entry of z.
  DenseMatrix hessian(ValueId y, ValueId x, ValueId z);
  DenseMatrix hessian(ValueId y, ValueId x) { return hessian(y, x, x); }

 private:
  enum class Kind { value, jvp, vjp, hvp };
  Evaluation& evaluation(Kind kind, ValueId y, ValueId x, ValueId z);
  void load(Evaluation& e);
  void forward(Evaluation& e, std::size_t first, std::size_t end) const;
  void forward(Evaluation& e) const { forward(e, 0, e.plan.forward().size()); }
  void backward(Evaluation& e) const;
  void walk_along(Evaluation& e, ValueId z, std::span<const double> u);

  const Graph* graph_;
  SizeValues sizes_;
  std::vector<Shape> shapes_;
  std::map<ValueId, std::vector<double>> point_;
  Step step_;
  bool disturbable_ = false;
  Stream* disturbing_ = nullptr;
  double magnification_ = 1;
  std::map<std::tuple<Kind, ValueId, ValueId, ValueId>, std::unique_ptr<Evaluation>> evaluations_;
};

}  // namespace graph_runner
