#include "analysis/bends.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <deque>
#include <limits>

namespace graph_runner {

namespace {

constexpr double nowhere = std::numeric_limits<double>::quiet_NaN();

struct Point {
  double t = nowhere;
  std::vector<double> f;
  bool known() const { return !f.empty(); }
};

// How long a function has kept a change that its slopes do not explain, from halving to halving.
struct Trace {
  double change = 0;
  std::uint8_t fading = 0, lasting = 0;  // halvings in a row in which it shrank; in which it stayed
  std::uint8_t born = 0;                 // the level at which it was first seen
  bool alive = false;

  // Goes on to one half, in which the change is `now`; `holds`: in one of the halves it stayed.
  void follow(double now, bool holds, int level) {
    const double was = change;
    change = now;
    if (was == 0) born = static_cast<std::uint8_t>(level);
    lasting = now >= 0.6 * was && now <= 1.25 * was ? lasting + 1 : 0;
    fading = holds ? 0 : fading + 1;
    alive = holds ? now > 0 && now >= 0.1 * was : alive && fading < 2;
    alive = alive && lasting >= must_last(level - born);
  }
  // Chance keeps a change for a halving or two, not for all.
  static int must_last(int levels) { return std::clamp((levels - 4) / 3, 0, int{telling}); }
  static constexpr std::uint8_t telling = 4;
};

// Two points: what slope there is between them.
struct Slope {
  const Point *from = nullptr, *to = nullptr;
  double width() const { return to->t - from->t; }
  double middle() const { return from->t + width() / 2; }
};

// The slopes of each function between two points; nowhere where there are none.
class Slopes {
 public:
  explicit Slopes(const Slope& s)
      : from_(s.from && s.to ? s.from->f.data() : nullptr),
        to_(from_ ? s.to->f.data() : nullptr),
        each_(from_ ? 1 / s.width() : nowhere) {}
  double operator()(std::size_t k) const { return from_ ? (to_[k] - from_[k]) * each_ : nowhere; }

 private:
  const double *from_, *to_;
  double each_;
};

// The step from p to q.
struct Step {
  Slope before;
  const Point *p = nullptr, *q = nullptr;
  Slope after;
  const std::vector<double>* noise = nullptr;  // of each function
  std::vector<Trace> traces;

  bool alive() const {
    return std::any_of(traces.begin(), traces.end(), [](const Trace& t) { return t.alive; });
  }
};

class BendFinder {
 public:
  BendFinder(const LineSample& sample, const BendSearch& search) : sample_(sample), search_(search) {}

  Bends find() {
    std::vector<Step> steps = first_steps();
    for (int level = 1; !steps.empty() && level <= most_levels; ++level) {
      std::vector<Step> next;
      for (const Step& s : steps) halve(s, level, next);
      if (level >= 5) thin_out(next);
      cut(next, level < 3 ? 4 * search_.most : search_.most + 16);
      steps = std::move(next);
    }
    tidy();
    return std::move(found_);
  }

 private:
  static constexpr int most_levels = 64;

  const Point* point(double t) { return &points_.emplace_back(Point{t, sample_(t)}); }

  std::vector<Step> first_steps() {
    std::vector<const Point*> ladder;
    for (const double t : search_.ladder) ladder.push_back(point(t));
    const auto at = [&](std::size_t i) {
      return i < ladder.size() && ladder[i]->known() ? ladder[i] : nullptr;
    };
    std::vector<Step> steps;
    for (std::size_t i = 0; i + 1 < ladder.size(); ++i) {
      if (!at(i) || !at(i + 1)) continue;
      thinned_.resize(at(i)->f.size());
      noise_.push_back(noise_at(ladder, i));
      Step s{{i ? at(i - 1) : nullptr, at(i)}, at(i), at(i + 1), {at(i + 1), at(i + 2)}, &noise_.back(), {}};
      begin(s);
      if (s.alive()) steps.push_back(std::move(s));
    }
    return steps;
  }

  // By how much each function changes over the step beyond what the slopes beside it explain: that before,
  // that after, or both, as of a parabola. The least of them, as one of them may cross a bend of its own; on
  // the ladder the largest, as both may.
  void find_changes(const Step& s, bool on_ladder, std::vector<double>& changes) const {
    const double width = s.q->t - s.p->t;
    const Slopes slopes({s.p, s.q}), before(s.before), after(s.after);
    const bool both = s.before.from && s.after.to;
    // How far the middle of the step lies between those of the slopes beside it.
    const double part =
        both ? (s.p->t + width / 2 - s.before.middle()) / (s.after.middle() - s.before.middle()) : nowhere;
    changes.resize(s.p->f.size());
    for (std::size_t k = 0; k < changes.size(); ++k) {
      const double slope = slopes(k), from = before(k), to = after(k);
      double found = nowhere;
      const auto explain = [&](double by) {
        const double rest = std::abs(slope - by) * width;
        if (std::isfinite(rest) && !(on_ladder ? found >= rest : found <= rest)) found = rest;
      };
      explain(from);
      explain(to);
      if (!on_ladder) explain(from + part * (to - from));
      if (std::isnan(found)) found = std::abs(slope) * width;
      const double size = std::max(std::abs(s.p->f[k]), std::abs(s.q->f[k]));
      changes[k] = std::isfinite(found) && found > std::max((*s.noise)[k], search_.noise * size) ? found : 0;
    }
  }

  // What rounding may make of each function on a step of the ladder: of its size within a decade and a half
  // towards 0, as where it fades to nothing.
  std::vector<double> noise_at(const std::vector<const Point*>& ladder, std::size_t i) const {
    std::vector<double> noise(ladder[i]->f.size());
    const double outer = std::max(std::abs(ladder[i]->t), std::abs(ladder[i + 1]->t));
    for (std::size_t j = i < 6 ? 0 : i - 6; j < std::min(i + 8, ladder.size()); ++j) {
      if (!ladder[j]->known() || std::abs(ladder[j]->t) > outer) continue;
      for (std::size_t k = 0; k < noise.size(); ++k)
        if (const double f = std::abs(ladder[j]->f[k]); std::isfinite(f))
          noise[k] = std::max(noise[k], search_.noise / 100 * f);
    }
    return noise;
  }

  void begin(Step& s) {
    find_changes(s, true, in_left_);
    s.traces.resize(in_left_.size());
    for (std::size_t k = 0; k < s.traces.size(); ++k) {
      s.traces[k].change = in_left_[k];
      s.traces[k].alive = in_left_[k] > 0;
    }
  }

  void halve(const Step& s, int level, std::vector<Step>& next) {
    const double t = s.p->t + (s.q->t - s.p->t) / 2;
    const double size = std::max({std::abs(s.p->t), std::abs(s.q->t), 1e-3});
    if (s.q->t - s.p->t <= search_.resolution * size || !(s.p->t < t && t < s.q->t)) return accept(s);
    const Point* middle = point(t);
    if (!middle->known()) return;
    const auto set = [&](Step& half, const Slope& before, const Point* p, const Point* q,
                         const Slope& after) {
      half.before = before, half.p = p, half.q = q, half.after = after, half.noise = s.noise;
      half.traces = s.traces;
    };
    set(left_, s.before, s.p, middle, {middle, s.q});
    set(right_, {s.p, middle}, middle, s.q, s.after);
    find_changes(left_, false, in_left_);
    find_changes(right_, false, in_right_);
    for (std::size_t k = 0; k < s.traces.size(); ++k) {
      const bool holds = std::max(in_left_[k], in_right_[k]) > 0.6 * s.traces[k].change;
      left_.traces[k].follow(in_left_[k], holds, level);
      right_.traces[k].follow(in_right_[k], holds, level);
    }
    for (const Step* half : {&left_, &right_})
      if (half->alive()) next.push_back(*half);
  }

  void cut(std::vector<Step>& steps, std::size_t most) {
    if (steps.size() <= most) return;
    const auto lasting = [](const Step& s) {
      std::uint8_t longest = 0;
      for (const Trace& t : s.traces)
        if (t.alive) longest = std::max(longest, t.lasting);
      return longest;
    };
    std::stable_sort(steps.begin(), steps.end(),
                     [&](const Step& a, const Step& b) { return lasting(a) > lasting(b); });
    if (lasting(steps[most]) >= Trace::telling) found_.all = false;
    steps.resize(most);
  }

  // Of a function that seems to jump wherever one looks, a few places are followed: those that lasted
  // longest, and closest to 0.
  void thin_out(std::vector<Step>& steps) {
    if (steps.empty()) return;
    std::vector<std::size_t> places(steps[0].traces.size());
    for (const Step& s : steps)
      for (std::size_t k = 0; k < places.size(); ++k) places[k] += s.traces[k].alive;
    for (std::size_t k = 0; k < places.size(); ++k) {
      if (places[k] <= search_.most / 2) continue;
      std::vector<Step*> of_k;
      for (Step& s : steps)
        if (s.traces[k].alive) of_k.push_back(&s);
      std::stable_sort(of_k.begin(), of_k.end(), [k](const Step* a, const Step* b) {
        const std::uint8_t la = a->traces[k].lasting, lb = b->traces[k].lasting;
        return la != lb ? la > lb : std::abs(a->p->t) < std::abs(b->p->t);
      });
      for (std::size_t i = search_.most / 4; i < of_k.size(); ++i) of_k[i]->traces[k].alive = false;
      thinned_[k] = true;
    }
    std::erase_if(steps, [](const Step& s) { return !s.alive(); });
  }

  // A jump stands out from what happens beside it; what rounding made of a function does not.
  void accept(const Step& s) {
    const double width = s.q->t - s.p->t;
    std::vector<const Point*> before, after;
    for (const double far : {8.0, 16.0, 64.0}) {
      before.push_back(point(s.p->t - far * width));
      after.push_back(point(s.q->t + far * width));
      if (!before.back()->known() || !after.back()->known()) return;
    }
    const auto bent = [](const std::vector<const Point*>& far, std::size_t k) {
      return std::abs(far[2]->f[k] - far[1]->f[k] - 6 * (far[1]->f[k] - far[0]->f[k]));
    };
    for (std::size_t k = 0; k < s.traces.size(); ++k) {
      const double most = s.traces[k].change / 4;
      if (!s.traces[k].alive || !(bent(before, k) <= most) || !(bent(after, k) <= most)) continue;
      found_.places.push_back({s.p->t, s.q->t});
      if (thinned_[k]) found_.all = false;
      return;
    }
  }

  // In order, once each: where a function has a value of its own at a bend, both sides of that were found.
  void tidy() {
    std::vector<Bend>& all = found_.places;
    std::sort(all.begin(), all.end(), [](const Bend& a, const Bend& b) { return a.below < b.below; });
    std::vector<Bend> once;
    for (const Bend& b : all)
      if (!once.empty() && b.below - once.back().above <= 2 * (b.above - b.below))
        once.back().above = b.above;
      else
        once.push_back(b);
    if (once.size() > search_.most) {
      once.resize(search_.most);
      found_.all = false;
    }
    all = std::move(once);
  }

  const LineSample& sample_;
  const BendSearch& search_;
  std::deque<Point> points_;  // addresses stay
  std::deque<std::vector<double>> noise_;
  std::vector<bool> thinned_;
  Step left_, right_;  // of the step that is halved: most of them end there
  std::vector<double> in_left_, in_right_;
  Bends found_;
};

}  // namespace

std::vector<double> bend_ladder(int steps) {
  constexpr int decades = 6;
  std::vector<double> ladder;
  for (int i = steps * decades; i >= 0; --i) ladder.push_back(-1e-3 * std::pow(10, double(i) / steps));
  ladder.push_back(0);
  for (int i = 0; i <= steps * decades; ++i) ladder.push_back(1e-3 * std::pow(10, double(i) / steps));
  return ladder;
}

Bends find_bends(const LineSample& sample, const BendSearch& search) {
  return BendFinder(sample, search).find();
}

}  // namespace graph_runner
