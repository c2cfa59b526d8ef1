#include "claims/claim_bends.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "analysis/bends.hpp"

namespace graph_runner {

namespace {

PointEntries moved(const PointEntries& from, const PointEntries& along, double t) {
  PointEntries to = from;
  for (auto& [v, entries] : to)
    for (std::size_t i = 0; i < entries.size(); ++i) entries[i] += t * along.at(v).at(i);
  return to;
}

// A graph, and those of its values that may jump or bend; on duals where its nodes have them.
class Watched {
 public:
  Watched(const Graph& graph, const SizeValues& sizes, const std::vector<ValueId>& of, Bending& bending) {
    PlanRequest request;
    request.sizes = sizes;
    request.keep = of;
    const std::vector<bool> needed = graph.reaching(of);
    for (const Node& n : graph.nodes())
      for (std::size_t t = 0; t < n.values.size(); ++t)
        if (n.type->ports()[n.ports[t]].role == GR_OUTPUT && needed[n.values[t]] &&
            bending.may_bend(graph, n, sizes))
          watched_.push_back(n.values[t]);
    request.keep.insert(request.keep.end(), watched_.begin(), watched_.end());
    for (const ValueId v : graph.inputs())
      if (needed[v]) request.keep.push_back(v);
    for (const ScalarType scalar : {ScalarType::dual64, ScalarType::float64}) try {
        request.scalar = scalar;
        evaluation_ = std::make_unique<Evaluation>(graph, request);
        return;
      } catch (const Error& e) {
        if (e.exit() != Exit::bad_request || scalar == ScalarType::float64) throw;
      }
  }

  Tensor tensor(ValueId v) const { return evaluation_->workspace.value(v); }
  void set(ValueId v, const Entries& entries, const Entries* tangents) {
    const Tensor t = tensor(v);
    if (!t.data) return;
    write(t, entries);
    if (tangents && t.scalar == ScalarType::dual64) write_tangents(t, *tangents);
  }
  void walk() { walk_forward(evaluation_->workspace); }
  bool any() const { return !watched_.empty(); }
  // What is watched, and how it changes.
  void append_to(std::vector<double>& all) const {
    for (const ValueId v : watched_) {
      const Tensor t = tensor(v);
      const double* const data = static_cast<const double*>(t.data);
      all.insert(all.end(), data, data + t.bytes() / sizeof(double));
    }
  }
  std::size_t numbers() const {
    std::size_t all = 0;
    for (const ValueId v : watched_) all += tensor(v).bytes() / sizeof(double);
    return all;
  }

 private:
  std::vector<ValueId> watched_;
  std::unique_ptr<Evaluation> evaluation_;
};

// The graph and the claim's own, along a line.
class Line {
 public:
  Line(const Graph& graph, const ClaimSides& sides, const ClaimDraw& draw, GraphPoint& point,
       Bending& bending)
      : program_(sides.program()),
        draw_(draw),
        point_(point),
        graph_(graph, point.sizes(), read_by_sides(program_), bending),
        claim_(*program_.graph, {}, sides_of(program_), bending),
        numbers_(graph_.numbers() + claim_.numbers()) {}

  bool may_bend() const { return graph_.any() || claim_.any(); }
  std::size_t numbers() const { return numbers_; }  // of a sample

  void lay(const PointEntries& through, const PointEntries& along) {
    through_ = here_ = through;
    along_ = along;
    // Derivatives stay what they are at the middle: where they jump, so do values' own derivatives.
    point_.move_to(through);
    for (const auto& [input, d] : program_.derivatives) claim_.set(input, point_.derivative(d), nullptr);
  }
  // Empty where the line leaves the domain.
  std::vector<double> sample(double t) {
    for (auto& [v, entries] : here_) {
      const Entries &from = through_.at(v), &along = along_.at(v);
      for (std::size_t i = 0; i < entries.size(); ++i) entries[i] = from[i] + t * along[i];
    }
    if (!draw_.allows(here_)) return {};
    for (const auto& [v, entries] : here_) graph_.set(v, entries, &along_.at(v));
    graph_.walk();
    for (const auto& [input, v] : program_.values) {
      const Tensor from = graph_.tensor(v);
      if (!from.data) continue;  // what may be missing on a side
      const bool dual = from.scalar == ScalarType::dual64;
      const Entries tangents = dual ? read_tangents(from) : Entries{};
      claim_.set(input, read(from), dual ? &tangents : nullptr);
    }
    claim_.walk();
    std::vector<double> all;
    all.reserve(numbers_);
    graph_.append_to(all);
    claim_.append_to(all);
    return all;
  }

 private:
  static std::vector<ValueId> sides_of(const ClaimProgram& program) {
    std::vector<ValueId> parts;
    for (const ClaimProgram::Side& s : program.sides)
      parts.insert(parts.end(), s.parts.begin(), s.parts.end());
    return parts;
  }

  const ClaimProgram& program_;
  const ClaimDraw& draw_;
  GraphPoint& point_;
  Watched graph_, claim_;
  std::size_t numbers_;
  PointEntries through_, along_, here_;
};

// Where a search along a line starts: at all scales, as far as the line may go; where it may not go far, also
// in small steps, and closer and closer to its ends.
std::vector<double> ladder_within(std::pair<double, double> reach) {
  constexpr int steps = 48;
  std::vector<double> ladder = bend_ladder();
  const double first = std::max(reach.first, ladder.front()), last = std::min(reach.second, ladder.back()),
               length = last - first;
  std::erase_if(ladder, [&](double t) { return t < first || t > last; });
  if (std::isinf(reach.first) && std::isinf(reach.second)) return ladder;
  for (int i = 1; i < steps; ++i) ladder.push_back(first + length * i / steps);
  for (double part = 0.25 / steps; part > 1e-6; part /= 4) {
    ladder.push_back(first + length * part);
    ladder.push_back(last - length * part);
  }
  std::sort(ladder.begin(), ladder.end());
  ladder.erase(std::unique(ladder.begin(), ladder.end()), ladder.end());
  return ladder;
}

// Beside a bend, but not beyond the next one; and between two.
void add_sides(const Bends& found, const PointEntries& through, const PointEntries& along,
               std::vector<PointEntries>& points) {
  const std::vector<Bend>& bends = found.places;
  for (std::size_t i = 0; i < bends.size(); ++i) {
    const double reach = 1e-2 * std::max(std::abs(bends[i].below), 1e-2);
    const double before = i ? bends[i].below - bends[i - 1].above : INFINITY,
                 after = i + 1 < bends.size() ? bends[i + 1].below - bends[i].above : INFINITY;
    points.push_back(moved(through, along, bends[i].below - std::min(reach, before / 3)));
    points.push_back(moved(through, along, bends[i].above + std::min(reach, after / 3)));
  }
}

}  // namespace

BesideBends points_beside_bends(const Graph& graph, const ClaimSides& sides, const ClaimDraw& draw,
                                GraphPoint& point, Bending& bending, Stream& stream) {
  BesideBends result;
  Line line(graph, sides, draw, point, bending);
  if (!line.may_bend()) return result;
  if (line.numbers() > most_numbers) {
    result.not_tried = fmt::format("both sides of bends: {} numbers may bend, {} are the most",
                                   line.numbers(), most_numbers);
    return result;
  }
  const auto search = [&](const PointEntries& through, const PointEntries& along) {
    BendSearch how;
    how.ladder = ladder_within(draw.reach(through, along));
    how.most = most_bends - result.bends;
    const auto still = [](const auto& entries) { return largest(entries.second) == 0; };
    if (how.most == 0 || std::all_of(along.begin(), along.end(), still)) return;
    line.lay(through, along);
    const Bends found = find_bends([&](double t) { return line.sample(t); }, how);
    add_sides(found, through, along, result.points);
    result.bends += found.places.size();
    if (!found.all) result.not_tried = fmt::format("more than {} bends: there are others", most_bends);
  };
  PointEntries through = draw.draw(stream), along = draw.direction(stream, true);
  search(through, along);
  // Two lines more, on which entries that move together on one move apart on the other.
  along = draw.direction(stream, false);
  for (int i = 0; i < 2; ++i) {
    search(through = draw.draw(stream), along);
    bool turn = false;
    for (auto& [v, entries] : along)
      for (double& x : entries) x = std::exchange(turn, !turn) ? -x : x;
  }
  // Where there are bends, each input on its own as well: they may show only where another stays small.
  if (result.bends == 0 || along.size() < 2) return result;
  for (const auto& [v, entries] : along) {
    if (largest(entries) == 0) continue;
    PointEntries alone = along;
    for (auto& [other, other_entries] : alone)
      if (other != v) std::fill(other_entries.begin(), other_entries.end(), 0.0);
    search(through, alone);
  }
  return result;
}

}  // namespace graph_runner
