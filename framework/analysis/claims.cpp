#include "analysis/claims.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "analysis/claim_diagnosis.hpp"
#include "analysis/derivatives.hpp"
#include "analysis/draw.hpp"
#include "analysis/trial.hpp"

namespace graph_runner {

namespace {

constexpr SizeDraw size_draws[] = {SizeDraw::unequal, SizeDraw::unequal, SizeDraw::ones, SizeDraw::equal};
constexpr int points_each = 3;

// A graph at some sizes and a point at a time.
class Point {
 public:
  Point(const Graph& graph, const SizeValues& sizes)
      : graph_(graph), sizes_(sizes), derivatives_(graph, sizes) {}

  const SizeValues& sizes() const { return sizes_; }

  void draw(Stream& stream, const std::map<ValueId, Entries>& at) {
    point_.clear();
    for (const auto& ids : {graph_.inputs(), graph_.parameters()})
      for (const ValueId v : ids) {
        Entries& entries = point_[v];
        entries.resize(static_cast<std::size_t>(entries_of(derivatives_.shape(v))));
        draw_value(graph_, v, sizes_, derivatives_.shape(v), stream, EntryDraw::smooth, entries);
      }
    for (const auto& [v, entries] : at) point_[v] = entries;
    set(0, stream);
  }
  // The point, each entry off by as much as `relative`, up or down.
  void set(double relative, Stream& stream) {
    for (const auto& [v, entries] : point_) {
      Entries moved = entries;
      disturb(moved, relative, stream);
      derivatives_.set(v, moved);
    }
    known_.clear();
  }

  const Entries& value(ValueId v) {
    auto [at, added] = known_.try_emplace({v, no_value, no_value});
    if (added) at->second = derivatives_.value(v);
    return at->second;
  }
  const Entries& derivative(const DerivativeName& d) {
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

 private:
  const Graph& graph_;
  SizeValues sizes_;
  Derivatives derivatives_;
  std::map<ValueId, Entries> point_;
  std::map<std::tuple<ValueId, ValueId, ValueId>, Entries> known_;
};

// The sides of a claim at a point.
class Sides {
 public:
  Sides(ClaimProgram program) : program_(std::move(program)) {
    if (!program_.graph) return;
    PlanRequest request;
    request.scalar = ScalarType::float64;
    for (const auto* sides : {&program_.sides})
      for (const auto& s : *sides) request.keep.insert(request.keep.end(), s.parts.begin(), s.parts.end());
    for (const auto* terms : {&program_.terms, &program_.others})
      for (const auto& t : *terms)
        request.keep.insert(request.keep.end(), t.side.parts.begin(), t.side.parts.end());
    for (const ValueId v : program_.graph->inputs()) request.keep.push_back(v);
    evaluation_ = std::make_unique<Evaluation>(*program_.graph, std::move(request));
  }

  const ClaimProgram& program() const { return program_; }

  // Walks the claim's graph from what `place` says of the graph that it speaks of, each number off by as much
  // as `relative`.
  void walk(Point& place, double relative, Stream& stream) {
    const auto feed = [&](ValueId input, Entries entries) {
      disturb(entries, relative, stream);
      if (const Tensor t = evaluation_->workspace.value(input); t.data) write(t, entries);
    };
    for (const auto& [input, v] : program_.values) feed(input, place.value(v));
    for (const auto& [input, d] : program_.derivatives) feed(input, place.derivative(d));
    walk_forward(evaluation_->workspace);
  }
  Entries entries(const ClaimProgram::Side& side) const {
    Entries all;
    for (const ValueId part : side.parts) {
      const Entries some = read(evaluation_->workspace.value(part));
      all.insert(all.end(), some.begin(), some.end());
    }
    return all;
  }

 private:
  ClaimProgram program_;
  std::unique_ptr<Evaluation> evaluation_;
};

class ClaimChecker {
 public:
  ClaimChecker(const Graph& graph, const ClaimSpec& claim, std::uint64_t seed)
      : graph_(graph), claim_(claim), seed_(seed) {}

  ClaimResult check() {
    if (claim_.open) {
      result_.verdict = ClaimResult::open;
      return result_;
    }
    std::set<SizeValues> sizes_seen;
    for (std::size_t draw = 0; draw < std::size(size_draws); ++draw) {
      Stream stream(seed_, "claim", claim_.text, draw);
      SizeValues sizes = claim_.at_sizes;
      sizes.merge(draw_sizes(graph_, stream, size_draws[draw]));  // what the claim fixes stays
      // A claim about the second entry says nothing of sizes of 1: what cannot be formed there is passed
      // over.
      std::optional<Sides> sides;
      try {
        sides.emplace(claim_.program(sizes));
      } catch (const Error& e) {
        if (e.exit() != Exit::bad_request || (draw + 1 == std::size(size_draws) && result_.points == 0))
          throw;
        continue;
      }
      sizes_seen.insert(sizes);
      Point place(graph_, sizes);
      for (int i = 0; i < points_each; ++i) check_point(place, *sides, stream);
    }
    result_.sizes = static_cast<std::int64_t>(sizes_seen.size());
    conclude();
    return result_;
  }

 private:
  void check_point(Point& place, Sides& sides, Stream& stream) {
    const ClaimProgram& program = sides.program();
    ++result_.points;
    if (!program.out_of_range.empty()) {
      if (links_.empty()) links_.resize(1);
      links_[0].emplace_back();
      links_[0].back().sizes = place.sizes();
      links_[0].back().out_of_range = program.out_of_range;
      return;
    }
    if (links_.empty()) links_.resize(program.sides.size() - 1);
    do {
      place.draw(stream, claim_.at);
      sides.walk(place, 0, stream);
    } while (!finite(place, sides));
    std::vector<ClaimPoint> points = read_sides(place, sides);
    bool fine = true;
    constexpr double epsilon = 2.3e-16, beside = 1e-12;
    add_movement(points, place, sides, 0, epsilon, stream);
    for (const ClaimPoint& p : points) fine = fine && (p.agrees() || !p.same_shape());
    // What the graph itself loses to rounding is looked at where that is needed: at points so near that a
    // false claim is as false there, but rounding is drawn anew.
    if (!fine) add_movement(points, place, sides, beside, 0, stream);
    for (std::size_t k = 0; k < points.size(); ++k) links_[k].push_back(std::move(points[k]));
  }

  // A derivative of what has no value there, such as 1/x of log(x) below 0, is none.
  bool finite(Point& place, const Sides& sides) {
    const auto all_finite = [](const Entries& entries) {
      return std::all_of(entries.begin(), entries.end(), [](double x) { return std::isfinite(x); });
    };
    bool fine = true;
    for (const ClaimProgram::Side& s : sides.program().sides) fine = fine && all_finite(sides.entries(s));
    for (const auto& [input, d] : sides.program().derivatives) fine = fine && all_finite(place.value(d.of));
    if (fine) return true;
    if (++result_.redrawn > 24)
      throw Error(
          Exit::bad_request, claim_.place,
          fmt::format("the claim '{}' has values that are not finite at {} of {} random points; give the "
                      "inputs that it depends on a range, as in x: {{shape: [n], from: 0.1, to: 2}}",
                      claim_.text, result_.redrawn, result_.redrawn + result_.points - 1));
    return false;
  }

  std::vector<ClaimPoint> read_sides(Point& place, const Sides& sides) const {
    const ClaimProgram& program = sides.program();
    std::vector<ClaimPoint> points;
    for (std::size_t k = 0; k + 1 < program.sides.size(); ++k) {
      const ClaimProgram::Side &l = program.sides[k], &r = program.sides[k + 1];
      ClaimPoint p;
      p.sizes = place.sizes();
      p.left_shape = l.shape;
      p.right_shape = r.shape;
      p.left_row = l.row;
      p.right_row = r.row;
      p.left = sides.entries(l);
      p.right = sides.entries(r);
      p.tolerance.resize(p.left.size());
      double size = 0;
      for (const Entries* side : {&p.left, &p.right})
        for (const double x : *side) size = std::max(size, std::abs(x));
      for (std::size_t i = 0; i < p.tolerance.size(); ++i)
        p.tolerance[i] = i < program.tolerance.size() ? program.tolerance[i] : 1e-14 * size;
      for (const auto& [from, to] :
           {std::pair(&program.terms, &p.terms), std::pair(&program.others, &p.others)})
        for (const ClaimProgram::Term& t : *from) to->push_back({t.text, t.sign, sides.entries(t.side)});
      points.push_back(std::move(p));
    }
    return points;
  }

  // Widens the tolerances by how far the difference of the sides moves when the point, or what the claim is
  // computed from, is off by one rounding. (The constant: a sum of many terms collects many roundings.)
  void add_movement(std::vector<ClaimPoint>& points, Point& place, Sides& sides, double of_point,
                    double of_claim, Stream& stream) {
    const int draws = of_point > 0 ? 10 : 3;
    constexpr double factor = 64;
    for (int i = 0; i < draws; ++i) {
      if (of_point > 0) place.set(of_point, stream);
      sides.walk(place, of_claim, stream);
      for (std::size_t k = 0; k < points.size(); ++k) {
        ClaimPoint& p = points[k];
        if (!p.same_shape()) continue;
        const Entries left = sides.entries(sides.program().sides[k]),
                      right = sides.entries(sides.program().sides[k + 1]);
        for (std::size_t j = 0; j < p.tolerance.size(); ++j) {
          const double moved = std::abs((left[j] - right[j]) - (p.left[j] - p.right[j]));
          // What moves further has jumped: a kink, which excuses nothing.
          const double size = std::max({1.0, std::abs(p.left[j]), std::abs(p.right[j])});
          if (moved <= 1e-9 * size) p.tolerance[j] += factor * moved;
        }
      }
    }
    if (of_point > 0) place.set(0, stream);
  }

  void conclude() {
    for (std::size_t k = 0; k < links_.size(); ++k) {
      const std::vector<ClaimPoint>& points = links_[k];
      const bool holds =
          std::all_of(points.begin(), points.end(), [](const ClaimPoint& p) { return p.agrees(); });
      for (const ClaimPoint& p : points) note_worst(p);
      if (holds || result_.verdict == ClaimResult::refuted) continue;
      result_.verdict = ClaimResult::refuted;
      result_.diagnosis = diagnose_claim(points);
      if (links_.size() > 1)
        result_.diagnosis = fmt::format("equation {} of {}{}", k + 1, links_.size(),
                                        result_.diagnosis.empty() ? "" : ": " + result_.diagnosis);
      const bool same_shapes =
          std::all_of(points.begin(), points.end(), [](const ClaimPoint& p) { return p.same_shape(); });
      if (same_shapes) result_.where = where(points);
    }
  }
  void note_worst(const ClaimPoint& p) {
    if (!p.out_of_range.empty() || !p.same_shape()) return;
    double size = 1;
    for (std::size_t i = 0; i < p.left.size(); ++i)
      size = std::max({size, std::abs(p.left[i]), std::abs(p.right[i])});
    for (std::size_t i = 0; i < p.left.size(); ++i)
      result_.worst = std::max(result_.worst, std::abs(p.left[i] - p.right[i]) / size);
  }
  static std::string where(const std::vector<ClaimPoint>& points) {
    const ClaimPoint* worst = nullptr;
    double most = -1;
    for (const ClaimPoint& p : points) {
      if (p.agrees() || !p.out_of_range.empty() || !p.same_shape()) continue;
      const std::size_t i = p.worst();
      const double apart =
          std::abs(p.left[i] - p.right[i]) / (std::abs(p.left[i]) + std::abs(p.right[i]) + 1e-300);
      if (apart <= most) continue;
      most = apart;
      worst = &p;
    }
    if (!worst) return "";
    const std::size_t i = worst->worst();
    const Shape index = index_of(worst->left_shape, i);
    return fmt::format("{}{:.6g} on the left, {:.6g} on the right",
                       index.empty() ? "" : fmt::format("[{}]: ", fmt::join(index, ", ")),
                       worst->left[i] + 0.0, worst->right[i] + 0.0);
  }

  const Graph& graph_;
  const ClaimSpec& claim_;
  std::uint64_t seed_;
  ClaimResult result_;
  std::vector<std::vector<ClaimPoint>> links_;  // of each equation of a chain
};

}  // namespace

std::vector<ClaimResult> check_claims(const Graph& graph, const std::vector<ClaimSpec>& claims,
                                      std::uint64_t seed) {
  std::vector<ClaimResult> results;
  results.reserve(claims.size());
  for (const ClaimSpec& claim : claims) results.push_back(ClaimChecker(graph, claim, seed).check());
  return results;
}

}  // namespace graph_runner
