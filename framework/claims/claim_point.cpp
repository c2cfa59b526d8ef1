#include "claims/claim_point.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "analysis/rounding.hpp"

namespace graph_runner {

// ---- A point of a graph

GraphPoint::GraphPoint(const Graph& graph, const SizeValues& sizes)
    : graph_(graph), sizes_(sizes), derivatives_(graph, sizes) {
  derivatives_.disturb(nullptr);
}

void GraphPoint::move_to(std::map<ValueId, Entries> point) {
  point_ = std::move(point);
  for (const auto& [v, entries] : point_) derivatives_.set(v, entries);
  known_.clear();
}

void GraphPoint::disturb(Stream* stream, double magnification) {
  derivatives_.disturb(stream, magnification);
  known_.clear();
}

const Entries& GraphPoint::value(ValueId v) {
  auto [at, added] = known_.try_emplace({v, no_value, no_value});
  if (added) at->second = derivatives_.value(v);
  return at->second;
}

const Entries& GraphPoint::derivative(const DerivativeName& d) {
  auto [at, added] = known_.try_emplace({d.of, d.by, d.second});
  if (!added) return at->second;
  if (d.second != no_value)
    at->second = derivatives_.hessian(d.of, d.by, d.second).entries;
  else if (derivatives_.shape(d.of).empty())
    at->second = derivatives_.vjp(d.of, d.by, Entries{1});
  else
    at->second = derivatives_.jacobian(d.of, d.by).entries;
  return at->second;
}

// ---- Sides

std::vector<ValueId> read_by_sides(const ClaimProgram& program) {
  std::vector<ValueId> parts;
  for (const ClaimProgram::Side& s : program.sides) parts.insert(parts.end(), s.parts.begin(), s.parts.end());
  const std::vector<bool> needed = program.graph->reaching(parts);
  std::vector<ValueId> read;
  for (const auto& [input, v] : program.values)
    if (needed[input]) read.push_back(v);
  for (const auto& [input, d] : program.derivatives)
    for (const ValueId v : {d.of, d.by, d.second})
      if (needed[input] && v != no_value) read.push_back(v);
  return read;
}

std::optional<ClaimSide> ClaimSide::transposed() const {
  if (shape.size() != 2) return std::nullopt;
  return ClaimSide{{shape[1], shape[0]},
                   row,
                   graph_runner::transposed(entries, static_cast<std::size_t>(shape[0]),
                                            static_cast<std::size_t>(shape[1]))};
}

bool ClaimPoint::agrees() const {
  if (!has_sides() || !same_shape()) return false;
  for (std::size_t i = 0; i < entries(); ++i)
    if (!agrees_at(i)) return false;
  return true;
}

std::size_t ClaimPoint::worst() const {
  std::size_t worst = 0;
  double most = -1;
  for (std::size_t i = 0; i < entries(); ++i) {
    const double excess = std::abs(difference(i)) / (tolerance.at(i) + std::numeric_limits<double>::min());
    if (excess > most || std::isnan(excess)) {
      most = std::isnan(excess) ? std::numeric_limits<double>::infinity() : excess;
      worst = i;
    }
  }
  return worst;
}

ClaimSides::ClaimSides(ClaimProgram program) : program_(std::move(program)) {
  if (!program_.graph) return;
  PlanRequest request;
  request.scalar = ScalarType::float64;
  request.reuse_memory = false;
  const auto keep = [&](const ClaimProgram::Side& s) {
    request.keep.insert(request.keep.end(), s.parts.begin(), s.parts.end());
  };
  for (const ClaimProgram::Side& s : program_.sides) keep(s);
  for (const auto* terms : {&program_.terms, &program_.others})
    for (const ClaimProgram::Term& t : *terms) keep(t.side);
  for (const ValueId v : program_.graph->inputs()) request.keep.push_back(v);
  evaluation_ = std::make_unique<Evaluation>(*program_.graph, std::move(request));
}

void ClaimSides::walk(GraphPoint& point, Stream* disturbing, double magnification) {
  Workspace& w = evaluation_->workspace;
  const auto feed = [&](ValueId input, const Entries& entries) {
    if (const Tensor t = w.value(input); t.data) write(t, entries);
  };
  point.disturb(disturbing, magnification);
  for (const auto& [input, v] : program_.values) feed(input, point.value(v));
  for (const auto& [input, d] : program_.derivatives) feed(input, point.derivative(d));
  const std::size_t calls = evaluation_->plan.forward().size();
  if (disturbing)
    Rounding(*disturbing, magnification).walk_forward(w, {}, 0, calls);
  else
    walk_forward(w);
}

namespace {

bool all_finite(const Entries& entries) {
  return std::all_of(entries.begin(), entries.end(), [](double x) { return std::isfinite(x); });
}

}  // namespace

bool ClaimSides::left_finite(GraphPoint& point) const {
  if (program_.sides.empty() || !all_finite(entries(program_.sides[0]))) return false;
  // A derivative of what has no value there, such as 1/x of log(x) below 0, is none.
  return std::all_of(program_.derivatives.begin(), program_.derivatives.end(),
                     [&](const auto& d) { return all_finite(point.value(d.second.of)); });
}

bool ClaimSides::finite(GraphPoint& point) const {
  return left_finite(point) &&
         std::all_of(program_.sides.begin(), program_.sides.end(),
                     [&](const ClaimProgram::Side& s) { return all_finite(entries(s)); });
}

bool ClaimSides::moderate(GraphPoint& point) const {
  for (const auto& [input, v] : program_.values)
    if (!point.is_moderate(v)) return false;
  for (const auto& [input, d] : program_.derivatives) {
    point.value(d.of);
    if (!point.is_moderate(d.of)) return false;
  }
  return is_moderate(evaluation_->workspace);
}

Entries ClaimSides::entries(const ClaimProgram::Side& side) const {
  Entries all;
  for (const ValueId part : side.parts) {
    const Entries some = read(evaluation_->workspace.value(part));
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

ClaimSide ClaimSides::side(std::size_t k) const {
  const ClaimProgram::Side& s = program_.sides.at(k);
  return {s.shape, s.row, entries(s)};
}

std::vector<ClaimPoint> ClaimSides::equations_at(const GraphPoint& point) const {
  std::vector<ClaimPoint> points;
  for (std::size_t k = 0; k < equations(); ++k) {
    ClaimPoint& p = points.emplace_back();
    p.sizes = point.sizes();
    p.at = point.entries();
    p.left = side(k);
    p.right = side(k + 1);
    p.stated.resize(p.entries());
    for (std::size_t i = 0; i < std::min(p.stated.size(), program_.tolerance.size()); ++i)
      p.stated[i] = program_.tolerance[i];
    p.tolerance = p.stated;
    p.tells.assign(p.entries(), false);
    for (const auto& [from, to] :
         {std::pair(&program_.terms, &p.terms), std::pair(&program_.others, &p.others)})
      for (const ClaimProgram::Term& t : *from) to->push_back({t.text, t.sign, entries(t.side)});
  }
  return points;
}

}  // namespace graph_runner
