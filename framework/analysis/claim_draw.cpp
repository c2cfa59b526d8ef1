#include "analysis/claim_draw.hpp"

#include <algorithm>
#include <cmath>

namespace graph_runner {

namespace {

std::vector<bool> needed_by(const Graph& graph, const ClaimProgram& program) {
  std::vector<ValueId> read;
  for (const auto& [input, v] : program.values) read.push_back(v);
  for (const auto& [input, d] : program.derivatives)
    for (const ValueId v : {d.of, d.by, d.second})
      if (v != no_value) read.push_back(v);
  return graph.reaching(read);
}

// Of the nodes that a claim needs, the smallest constant that is not 0; at most 1.
double least_constant(const Graph& graph, const std::vector<bool>& needed) {
  double least = 1;
  for (const Node& n : graph.nodes()) {
    if (std::none_of(n.values.begin(), n.values.end(), [&](ValueId v) { return v != no_value && needed[v]; }))
      continue;
    for (const AttributeValue& a : n.attributes)
      for (const double x : a.reals)
        if (x != 0) least = std::min(least, std::abs(x));
  }
  return least;
}

}  // namespace

ClaimDraw::ClaimDraw(const Graph& graph, const ClaimSpec& claim, const ClaimProgram& program,
                     const GraphPoint& point)
    : fixed_(claim.at.begin(), claim.at.end()) {
  const std::vector<bool> needed = needed_by(graph, program);
  least_constant_ =
      std::min(least_constant(graph, needed),
               least_constant(*program.graph, std::vector<bool>(program.graph->values().size(), true)));
  for (const auto& ids : {graph.inputs(), graph.parameters()})
    for (const ValueId v : ids) {
      if (!needed[v] || claim.at.count(v)) continue;
      const Value& value = graph.values()[v];
      if (!value.given.empty()) {
        fixed_[v] = value.given;
        continue;
      }
      Leaf leaf{v, domains_of(graph, v, point.sizes()), {}, point.shape(v)};
      for (const auto& [input, of] : program.values)
        if (of == v)
          for (Domain& d : domains_of(*program.graph, input)) {
            d.place = claim.place;
            leaf.domains.push_back(std::move(d));
          }
      leaf.region = intersect(leaf.domains, leaf.shape);
      free_.push_back(std::move(leaf));
    }
}

PointEntries ClaimDraw::draw(Stream& stream, EntryDraw how, double scale) const {
  PointEntries point = fixed_;
  for (const Leaf& leaf : free_) {
    Entries& entries = point[leaf.value];
    entries.resize(static_cast<std::size_t>(entries_of(leaf.shape)));
    draw_entries(leaf.domains, leaf.shape, stream, how, entries, scale);
  }
  return point;
}

PointEntries ClaimDraw::direction(Stream& stream) const {
  PointEntries direction;
  for (const auto& [v, entries] : fixed_) direction[v].resize(entries.size());
  for (const Leaf& leaf : free_) {
    Entries& along = direction[leaf.value];
    along.resize(static_cast<std::size_t>(entries_of(leaf.shape)));
    const Region& r = leaf.region;
    if (!r.whole && !r.one_hot && !r.distribution && !r.symmetric && !r.invertible)
      fill_normal(stream, 0, 1, along);
  }
  return direction;
}

bool ClaimDraw::allows(const PointEntries& point) const {
  for (const Leaf& leaf : free_)
    for (const double x : point.at(leaf.value))
      if (x < leaf.region.lower || x > leaf.region.upper || (leaf.region.nonzero && x == 0)) return false;
  return true;
}

double ClaimDraw::scale_of(const PointEntries& point) const {
  double least = std::numeric_limits<double>::infinity();
  for (const auto& [v, entries] : point)
    if (const double most = largest(entries); most > 0) least = std::min(least, most);
  return std::isfinite(least) ? least : least_constant_;
}

}  // namespace graph_runner
