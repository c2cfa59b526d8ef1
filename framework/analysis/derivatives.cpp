#include "analysis/derivatives.hpp"

#include <fmt/format.h>

#include "analysis/rounding.hpp"

namespace graph_runner {

Derivatives::Derivatives(const Graph& graph, SizeValues sizes) : graph_(&graph), sizes_(std::move(sizes)) {
  PlanRequest none;
  none.sizes = sizes_;
  const Plan plan(graph, none);  // for the shapes
  for (ValueId v = 0; v < graph.values().size(); ++v) shapes_.push_back(plan.shape(v));
}

void Derivatives::set(ValueId v, std::span<const double> entries) {
  point_[v].assign(entries.begin(), entries.end());
}

Evaluation& Derivatives::evaluation(Kind kind, ValueId y, ValueId x, ValueId z) {
  std::unique_ptr<Evaluation>& e = evaluations_[{kind, y, x, z}];
  if (e) return *e;
  PlanRequest request;
  request.sizes = sizes_;
  request.scalar = kind == Kind::jvp || kind == Kind::hvp ? ScalarType::dual64 : ScalarType::float64;
  request.keep = {y};
  request.reuse_memory = !disturbable_;
  if (z != no_value) request.keep.push_back(z);  // so that its tangent can be set
  if (kind == Kind::vjp || kind == Kind::hvp) {
    request.seeds = {y};
    request.wanted = {x};
  }
  e = std::make_unique<Evaluation>(*graph_, std::move(request));
  return *e;
}

void Derivatives::load(Evaluation& e) {
  for (const auto& [v, entries] : point_)
    if (const Tensor t = e.workspace.value(v); t.data) write(t, entries);
}

void Derivatives::forward(Evaluation& e, std::size_t first, std::size_t end) const {
  if (disturbing_)
    Rounding(*disturbing_).walk_forward(e.workspace, step_, first, end);
  else
    walk_forward(e.workspace, step_, first, end);
}

void Derivatives::backward(Evaluation& e) const {
  if (disturbing_)
    Rounding(*disturbing_).walk_backward(e.workspace, step_);
  else
    walk_backward(e.workspace, step_);
}

// Walks forward with the tangent u on z and zero on all else. An intermediate z gets its tangent when its
// node has run: only what comes after depends on it.
void Derivatives::walk_along(Evaluation& e, ValueId z, std::span<const double> u) {
  load(e);
  const Tensor direction = e.workspace.value(z);
  const auto& calls = e.plan.forward();
  std::size_t halt = 0;
  if (const NodeId made_by = graph_->values()[z].node;
      made_by != no_node && graph_->values()[z].origin != Origin::parameter)
    while (halt < calls.size() && calls[halt].node <= made_by) ++halt;
  forward(e, 0, halt);
  write_tangents(direction, u);
  forward(e, halt, calls.size());
}

std::vector<double> Derivatives::value(ValueId y) {
  Evaluation& e = evaluation(Kind::value, y, no_value, no_value);
  load(e);
  forward(e);
  return read(e.workspace.value(y));
}

bool Derivatives::is_moderate(ValueId y) const {
  return graph_runner::is_moderate(evaluations_.at({Kind::value, y, no_value, no_value})->workspace);
}

std::vector<double> Derivatives::jvp(ValueId y, ValueId x, std::span<const double> u) {
  if (!graph_->reaching({y})[x])
    throw Error(Exit::bad_request, fmt::format("'{}' does not depend on '{}'", graph_->values()[y].name,
                                               graph_->values()[x].name));
  Evaluation& e = evaluation(Kind::jvp, y, no_value, x);
  walk_along(e, x, u);
  return read_tangents(e.workspace.value(y));
}

std::vector<double> Derivatives::vjp(ValueId y, ValueId x, std::span<const double> v) {
  Evaluation& e = evaluation(Kind::vjp, y, x, no_value);
  load(e);
  forward(e);
  write(e.workspace.gradient(y), v);
  backward(e);
  return read(e.workspace.gradient(x));
}

DenseMatrix Derivatives::jacobian(ValueId y, ValueId x) {
  DenseMatrix j{
      static_cast<std::size_t>(entries_of(shapes_[y])), static_cast<std::size_t>(entries_of(shapes_[x])), {}};
  j.entries.resize(j.rows * j.columns);
  const bool by_rows = j.rows <= j.columns;
  std::vector<double> unit(by_rows ? j.rows : j.columns);
  for (std::size_t k = 0; k < unit.size(); ++k) {
    unit[k] = 1;
    const std::vector<double> line = by_rows ? vjp(y, x, unit) : jvp(y, x, unit);
    for (std::size_t i = 0; i < line.size(); ++i)
      j.entries[by_rows ? k * j.columns + i : i * j.columns + k] = line[i];
    unit[k] = 0;
  }
  return j;
}

std::vector<double> Derivatives::hvp(ValueId y, std::span<const double> v, ValueId x, ValueId z,
                                     std::span<const double> u) {
  Evaluation& e = evaluation(Kind::hvp, y, x, z);
  walk_along(e, z, u);
  write(e.workspace.gradient(y), v);
  backward(e);
  return read_tangents(e.workspace.gradient(x));
}

DenseMatrix Derivatives::hessian(ValueId y, ValueId x, ValueId z) {
  DenseMatrix h{
      static_cast<std::size_t>(entries_of(shapes_[x])), static_cast<std::size_t>(entries_of(shapes_[z])), {}};
  h.entries.resize(h.rows * h.columns);
  const std::vector<double> one{1};
  std::vector<double> unit(h.columns);
  for (std::size_t k = 0; k < unit.size(); ++k) {
    unit[k] = 1;
    const std::vector<double> column = hvp(y, one, x, z, unit);
    for (std::size_t i = 0; i < column.size(); ++i) h.entries[i * h.columns + k] = column[i];
    unit[k] = 0;
  }
  return h;
}

}  // namespace graph_runner
