#include "analysis/kink_check.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "analysis/region.hpp"

namespace graph_runner {

namespace {

constexpr std::size_t most_single = 12, most_groups = 8, most_outputs = 8, most_entries = 256;

using Direction = std::vector<Entries>;  // by tensor

// Of one output entry along one direction.
struct Sides {
  double left = NAN, right = NAN, tolerance = INFINITY;
  bool known() const { return std::isfinite(left) && std::isfinite(right); }
  bool kink() const { return known() && std::abs(left - right) > 4 * tolerance; }
};

class KinkChecker {
 public:
  KinkChecker(Trial& trial, Stream& stream, NodeCheck& report)
      : trial_(trial), s_(trial.subject()), stream_(stream), report_(report) {
    for (std::size_t t = 0; t < trial_.tensors(); ++t)
      regions_.push_back(s_.takes_gradient(t) ? region_of(s_, t) : Region{});
  }

  void check() {
    choose_directions();
    std::erase_if(directions_, [this](const Direction& d) { return !stays_inside(d); });
    std::vector<std::vector<Sides>> sides;
    for (const Direction& d : directions_) sides.push_back(sides_along(d));
    std::size_t tried = 0;
    for (std::size_t k = 0; k < outputs_.size() && tried < most_outputs; ++k) {
      if (std::none_of(sides.begin(), sides.end(), [k](const auto& all) { return all[k].kink(); })) continue;
      ++tried;
      if (!check_output(k, sides)) break;
    }
    trial_.restore();
  }

 private:
  // ---- Directions

  bool moves(std::size_t t) const { return s_.takes_gradient(t) && regions_[t].by_entry(); }
  Direction nowhere() const {
    Direction d(trial_.tensors());
    for (std::size_t t = 0; t < d.size(); ++t)
      if (moves(t)) d[t].resize(trial_.point()[t].size());
    return d;
  }
  template <class Slope>
  void add(const std::vector<std::pair<std::size_t, std::size_t>>& entries, Slope slope) {
    Direction d = nowhere();
    for (const auto& [t, i] : entries) d[t][i] = slope();
    directions_.push_back(std::move(d));
  }
  double normal() {
    double x = 0;
    fill_normal(stream_, 0, 1, {&x, 1});
    return x;
  }

  void choose_directions() {
    using Place = std::pair<std::size_t, std::size_t>;
    std::vector<Place> all;
    std::map<double, std::vector<Place>> equal;
    for (std::size_t t = 0; t < trial_.tensors(); ++t)
      for (std::size_t i = 0; moves(t) && i < trial_.point()[t].size(); ++i) {
        all.emplace_back(t, i);
        equal[trial_.point()[t][i]].emplace_back(t, i);
      }
    const auto one = [] { return 1.0; };
    const auto random = [this] { return normal(); };
    for (std::size_t k = 0; k < std::min(most_single, all.size()); ++k) {
      std::swap(all[k], all[k + stream_() % (all.size() - k)]);
      add({all[k]}, one);
    }
    add(all, one);
    add(all, random);
    std::size_t groups = 0;
    for (const auto& [x, places] : equal) {
      if (places.size() < 2 || groups++ == most_groups) continue;
      add(places, one);
      add(places, random);
      for (const auto& row : rows_of(places)) add(row, one);
      const Place a = places[stream_() % places.size()], b = places[stream_() % places.size()];
      add({a, b}, one);
      double sign = -1;
      if (a != b) add({a, b}, [&] { return sign = -sign; });
    }
  }

  // The entries among these that lie in one row (along the last axis), or in the same place of several
  // tensors: what a node is likely to compare.
  std::vector<std::vector<std::pair<std::size_t, std::size_t>>> rows_of(
      const std::vector<std::pair<std::size_t, std::size_t>>& places) const {
    std::map<std::pair<std::size_t, std::size_t>, std::vector<std::pair<std::size_t, std::size_t>>> rows;
    std::map<std::size_t, std::vector<std::pair<std::size_t, std::size_t>>> across;
    for (const auto& [t, i] : places) {
      const std::size_t length = s_.shapes[t].empty() ? 1 : static_cast<std::size_t>(s_.shapes[t].back());
      rows[{t, i / length}].emplace_back(t, i);
      across[i].emplace_back(t, i);
    }
    std::vector<std::vector<std::pair<std::size_t, std::size_t>>> found;
    for (const auto& [key, row] : rows)
      if (row.size() > 1 && found.size() < 4) found.push_back(row);
    for (const auto& [key, entries] : across)
      if (entries.size() > 1 && found.size() < 8) found.push_back(entries);
    return found;
  }

  bool stays_inside(const Direction& d) const {
    for (std::size_t t = 0; t < d.size(); ++t)
      for (std::size_t i = 0; i < d[t].size(); ++i)
        for (const double h : {-first_step, first_step})
          if (d[t][i] != 0 && !regions_[t].holds(trial_.point()[t][i] + h * d[t][i])) return false;
    return true;
  }

  // ---- One-sided derivatives

  static constexpr double first_step = 0x1p-10, shrink = 16;

  // All output entries at point + h · direction.
  Entries outputs_at(const Direction& d, double h) {
    for (std::size_t t = 0; t < d.size(); ++t)
      for (std::size_t i = 0; i < d[t].size(); ++i)
        trial_.probe().value(t).as<double>()[i] = trial_.point()[t][i] + h * d[t][i];
    trial_.probe().forward();
    Entries all;
    outputs_.clear();
    for (std::size_t o = 0; o < trial_.tensors(); ++o)
      for (std::size_t k = 0; k < trial_.cotangent()[o].size(); ++k) {
        all.push_back(trial_.probe().value(o).as<double>()[k]);
        outputs_.emplace_back(o, k);
      }
    return all;
  }

  // The derivatives from both sides, at steps that shrink, each of two steps so that curvature cancels, until
  // they settle.
  std::vector<Sides> sides_along(const Direction& d) {
    const Entries here = outputs_at(d, 0);
    std::vector<Sides> found(here.size()), last(here.size());
    int attempt = 0;
    for (double h = first_step; attempt < 5; h /= shrink, ++attempt) {
      const Entries right = outputs_at(d, h), near_right = outputs_at(d, h / 2);
      const Entries left = outputs_at(d, -h), near_left = outputs_at(d, -h / 2);
      for (std::size_t k = 0; k < here.size(); ++k) {
        if (found[k].known()) continue;
        const double size = std::max({std::abs(here[k]), std::abs(right[k]), std::abs(left[k])});
        Sides now;
        now.right = (4 * (near_right[k] - here[k]) - (right[k] - here[k])) / h;
        now.left = (4 * (here[k] - near_left[k]) - (here[k] - left[k])) / h;
        const double change =
            std::max(std::abs(now.right - last[k].right), std::abs(now.left - last[k].left));
        now.tolerance = 2 * change + 2e-15 * size / h;
        const double slope = std::max(std::abs(now.left), std::abs(now.right));
        if (attempt > 0 && now.tolerance <= 1e-6 * slope + 1e-9 * size) found[k] = now;
        last[k] = now;
      }
    }
    return found;
  }

  // ---- The gradient of one output entry

  // Returns whether it lies between the sides in all directions.
  bool check_output(std::size_t k, const std::vector<std::vector<Sides>>& sides) {
    trial_.restore();
    for (std::size_t o = 0; o < trial_.tensors(); ++o) {
      Entries unit(trial_.cotangent()[o].size());
      if (o == outputs_[k].first) unit[outputs_[k].second] = 1;
      if (!unit.empty()) write(trial_.probe().output_gradient(o), unit);
    }
    const std::vector<Entries> g = trial_.gradients_now();
    for (std::size_t n = 0; n < directions_.size(); ++n) {
      const Sides& side = sides[n][k];
      if (!side.known()) continue;
      double along = 0, terms = 0;
      for (std::size_t t = 0; t < g.size(); ++t)
        for (std::size_t i = 0; i < directions_[n][t].size(); ++i)
          if (directions_[n][t][i] != 0) {
            along += g[t][i] * directions_[n][t][i];
            terms += std::abs(g[t][i] * directions_[n][t][i]);
          }
      const double most = std::max({std::abs(side.left), std::abs(side.right), terms});
      const double tolerance = side.tolerance + 1e-6 * most + smallest_telling;
      if (along >= std::min(side.left, side.right) - tolerance &&
          along <= std::max(side.left, side.right) + tolerance)
        continue;
      add_finding(k, directions_[n], side, along);
      return false;
    }
    return true;
  }

  void add_finding(std::size_t k, const Direction& d, const Sides& side, double along) {
    std::vector<std::string> moved;
    for (std::size_t t = 0; t < d.size(); ++t)
      for (std::size_t i = 0; i < d[t].size(); ++i)
        if (d[t][i] != 0) {
          const Shape index = index_of(s_.shapes[t], i);
          const std::string place = index.empty() ? "" : fmt::format("[{}]", fmt::join(index, ", "));
          moved.push_back(fmt::format("{:.3g} by '{}'{}", d[t][i], s_.label(t), place));
        }
    if (moved.size() > 4) moved = {fmt::format("{} entries together", moved.size())};
    const auto [o, entry] = outputs_[k];
    const Shape index = index_of(s_.shapes[o], entry);
    const bool smooth = !side.kink();
    report_.findings.push_back(
        {"kink",
         fmt::format("at a kink of output '{}'{} the gradient is none: along ({}) the derivative is {}, but "
                     "backward gives {:.9g}",
                     s_.label(o), index.empty() ? "" : fmt::format(" at [{}]", fmt::join(index, ", ")),
                     fmt::join(moved, ", "),
                     smooth
                         ? fmt::format("{:.9g} on both sides", side.right)
                         : fmt::format("{:.9g} on the left and {:.9g} on the right", side.left, side.right),
                     along),
         std::nullopt, ""});
  }

  Trial& trial_;
  const Subject& s_;
  Stream& stream_;
  NodeCheck& report_;
  std::vector<Region> regions_;
  std::vector<Direction> directions_;
  std::vector<std::pair<std::size_t, std::size_t>> outputs_;  // tensor and entry of each
};

}  // namespace

void check_kinks(Trial& trial, Stream& stream, NodeCheck& report) {
  std::size_t entries = 0;
  for (std::size_t t = 0; t < trial.tensors(); ++t)
    if (trial.subject().present[t])
      entries += static_cast<std::size_t>(entries_of(trial.subject().shapes[t]));
  if (entries <= most_entries) KinkChecker(trial, stream, report).check();
}

}  // namespace graph_runner
