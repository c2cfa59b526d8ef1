#include "claims/claim_draw.hpp"

#include <algorithm>
#include <cmath>

namespace graph_runner {

namespace {

// All that must be there: also for what may be missing on a side.
std::vector<bool> needed_by(const Graph& graph, const ClaimProgram& program) {
  std::vector<ValueId> read = read_by_sides(program);
  for (const auto& [input, v] : program.values) read.push_back(v);
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
  const std::vector<bool> needed = needed_by(graph, program),
                          of_sides = graph.reaching(read_by_sides(program));
  least_constant_ =
      std::min(least_constant(graph, of_sides),
               least_constant(*program.graph, std::vector<bool>(program.graph->values().size(), true)));
  for (const auto& ids : {graph.inputs(), graph.parameters()})
    for (const ValueId v : ids) {
      if (of_sides[v]) own_.insert(v);
      if (!needed[v] || claim.at.count(v)) continue;
      const Value& value = graph.values()[v];
      if (!value.given.empty()) {
        fixed_[v] = value.given;
        continue;
      }
      varies_ = varies_ || of_sides[v];
      Leaf leaf{v, domains_of(graph, v, point.sizes()), {}, point.shape(v)};
      for (const auto& [input, of] : program.values)
        if (of == v && !claim.everywhere)
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

PointEntries ClaimDraw::direction(Stream& stream, bool far) const {
  PointEntries direction;
  for (const auto& [v, entries] : fixed_) direction[v].resize(entries.size());
  for (const Leaf& leaf : free_) {
    Entries& along = direction[leaf.value];
    along.resize(static_cast<std::size_t>(entries_of(leaf.shape)));
    const Region& r = leaf.region;
    if (r.whole || r.one_hot || r.distribution || r.symmetric || r.invertible || !own_.count(leaf.value))
      continue;
    if (far && (std::isfinite(r.lower) || std::isfinite(r.upper))) continue;
    // All of about one size, so that a line reaches far in each entry.
    fill_uniform(stream, 0.5, 2, along);
    for (double& x : along)
      if (stream() % 2) x = -x;
  }
  return direction;
}

bool ClaimDraw::allows(const PointEntries& point) const {
  for (const Leaf& leaf : free_)
    for (const double x : point.at(leaf.value))
      if (x < leaf.region.lower || x > leaf.region.upper || (leaf.region.nonzero && x == 0)) return false;
  return true;
}

std::pair<double, double> ClaimDraw::reach(const PointEntries& through, const PointEntries& along) const {
  std::pair<double, double> t{-std::numeric_limits<double>::infinity(),
                              std::numeric_limits<double>::infinity()};
  for (const Leaf& leaf : free_)
    for (std::size_t i = 0; i < through.at(leaf.value).size(); ++i) {
      const double x = through.at(leaf.value)[i], u = along.at(leaf.value).at(i);
      if (u == 0) continue;
      const double low = (leaf.region.lower - x) / u, high = (leaf.region.upper - x) / u;
      t.first = std::max(t.first, std::min(low, high));
      t.second = std::min(t.second, std::max(low, high));
    }
  return t;
}

double ClaimDraw::scale_of(const PointEntries& point) const {
  double least = std::numeric_limits<double>::infinity();
  for (const auto& [v, entries] : point)
    if (const double most = own_.count(v) ? largest(entries) : 0; most > 0) least = std::min(least, most);
  return std::isfinite(least) ? least : least_constant_;
}

}  // namespace graph_runner
