#include "claims/claim_names.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace graph_runner {

namespace {

[[noreturn]] void fail(const Place& place, const std::string& why) {
  throw Error(Exit::bad_request, place, why);
}

}  // namespace

Formula number_at(const Formula& f, double value) {
  return {Formula::number, fmt::format("{}", value), value, {}, f.place, 1};
}

Formula entries_of(const Graph& graph, const NamedDerivative& d, const Formula& whole) {
  if (!d.has_entry()) return whole;
  const Formula all{Formula::whole_axis, "", 0, {}, whole.place, 1};
  std::vector<Formula> parts{whole};
  for (const DerivativePart* part : d.parts()) {
    if (part->entry)
      parts.push_back(number_at(whole, part->entry));
    else
      parts.resize(parts.size() + static_cast<std::size_t>(graph.values()[part->value].shape.rank), all);
  }
  return {Formula::index, "", 0, std::move(parts), whole.place, 2};
}

ClaimNames::ClaimNames(const Graph& graph, const std::set<std::string>& rows, Registry& registry,
                       const SizeValues& sizes, const std::string& what, std::int64_t most_parts)
    : graph_(graph),
      what_(what),
      most_parts_(most_parts),
      sizes_(sizes),
      scope_(registry),
      lowering_(scope_, what, "claim", nodes_) {
  lowering_.share();
  const std::vector<std::string> names = graph.names();
  for (const std::string& name : names) scope_.reserve(name);
  for (const std::string& name : names) {
    const ValueId v = graph.find(name);
    names_[name] = v;
    const Shape shape = shape_of(v);
    gr_shape s{static_cast<std::int64_t>(shape.size()), {}};
    const Kind kind = rows.count(name) ? Kind::row : kind_of(s);
    kinds_[v] = kind;
    declare(name, scope_.fresh("value"), kind, {shape, v, {}});
  }
}

ValueId ClaimNames::find(const std::string& name) const {
  const auto found = names_.find(name);
  return found == names_.end() ? no_value : found->second;
}

Shape ClaimNames::shape_of(ValueId v) const {
  Shape shape;
  const gr_shape& s = graph_.values()[v].shape;
  for (std::int64_t i = 0; i < s.rank; ++i) shape.push_back(graph_.sizes().evaluate(s.dims[i], sizes_));
  return shape;
}

void ClaimNames::declare(const std::string& name, const std::string& from, Kind kind, const Fed& fed) {
  Named value;
  value.from = from;
  value.kind = kind;
  value.shape.rank = static_cast<std::int64_t>(fed.shape.size());
  std::copy(fed.shape.begin(), fed.shape.end(), value.shape.dims);
  scope_.declare(name, value);
  // Lowering finds what feeds a port under this name.
  value.generated = true;
  scope_.declare(from, value);
  fed_.emplace(from, fed);
}

// ---- Derivatives

// The whole of a derivative, under a name of the claim.
void ClaimNames::declare_derivative(const std::string& name, const NamedDerivative& d, const Place& place) {
  if (scope_.find(name)) return;
  Shape shape;
  for (const DerivativePart* part : d.parts()) {
    const Shape more = shape_of(part->value);
    shape.insert(shape.end(), more.begin(), more.end());
  }
  if (shape.size() > GR_MAX_RANK)
    fail(place,
         fmt::format("the derivative '{}' has {} axes; {} is the most", name, shape.size(), GR_MAX_RANK));
  const gr_shape s{static_cast<std::int64_t>(shape.size()), {}};
  // Of a number, it lies or stands as what it is taken by.
  const bool row = shape_of(d.of.value).empty() && !d.second && kinds_.at(d.by.value) == Kind::row;
  declare(name, scope_.fresh("derivative"), row ? Kind::row : kind_of(s), {shape, no_value, d.whole()});
}

// dh/dx by a name, as lowering takes it; dh1/dx as the part [1,:] of dh/dx.
Formula ClaimNames::derivative(const Formula& f) {
  Formula whole{Formula::name, f.text, 0, {}, f.place, 1};
  if (scope_.find(f.text)) return whole;
  const NamedDerivative d = read_derivative(graph_, f);
  if (d.has_entry()) whole.text = d.name_of_whole();
  declare_derivative(whole.text, d, f.place);
  return entries_of(graph_, d, whole);
}

bool ClaimNames::is_gradient_of_entry(const Formula& f) const {
  const bool parts = f.kind == Formula::index && f.parts.size() == 3 &&
                     f.parts[1].kind != Formula::whole_axis && f.parts[1].kind != Formula::range &&
                     f.parts[2].kind == Formula::whole_axis;
  const Formula& whole = parts ? f.parts[0] : f;
  if (whole.kind != Formula::derivative) return false;
  const NamedDerivative d = read_derivative(graph_, whole);
  // Of its two vectors, the first is held at an entry.
  std::vector<const DerivativePart*> vectors;
  for (const DerivativePart* part : d.parts()) {
    if (graph_.values()[part->value].shape.rank == 0) continue;
    if (graph_.values()[part->value].shape.rank > 1) return false;
    vectors.push_back(part);
  }
  return vectors.size() == 2 && !vectors[1]->entry && (vectors[0]->entry > 0) != parts;
}

Formula ClaimNames::column(const Operand& o, const Formula& f) {
  // No name of a formula has a space.
  Formula name{Formula::name, fmt::format(" {}", o.from), 0, {}, f.place, 1};
  Named value{o.from, o.shape, o.kind};
  scope_.declare(name.text, std::move(value));
  return name;
}

// ---- The claim's graph

std::vector<std::string> ClaimNames::candidates(const Formula& left) const {
  std::vector<std::string> names;
  for (const auto& [from, fed] : fed_) {
    if (fed.value == no_value || fed.shape.size() > 2) continue;
    const std::string& name = graph_.values()[fed.value].name;
    if (!(left.kind == Formula::name && left.text == name)) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

std::shared_ptr<Graph> ClaimNames::graph(ClaimProgram& program) {
  GraphSpec spec;
  spec.nodes = std::move(nodes_);
  std::set<std::string> used;
  for (const NodeSpec& n : spec.nodes)
    for (const Connection& c : n.in) used.insert(c.from);
  std::vector<const Fed*> feeds;
  for (const auto& [from, fed] : fed_) {
    if (!used.count(from)) continue;
    InputSpec input;
    input.name = from;
    for (const std::int64_t d : fed.shape) input.shape.push_back({d, ""});
    spec.inputs.push_back(std::move(input));
    feeds.push_back(&fed);
  }
  auto made = std::make_shared<Graph>(spec, scope_.registry());
  for (std::size_t i = 0; i < feeds.size(); ++i) {
    const ValueId id = made->find(spec.inputs[i].name);
    if (feeds[i]->value != no_value)
      program.values.emplace_back(id, feeds[i]->value);
    else
      program.derivatives.emplace_back(id, feeds[i]->derivative);
  }
  return made;
}

}  // namespace graph_runner
