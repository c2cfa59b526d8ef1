#include "analysis/critical.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "analysis/constant_gradient.hpp"
#include "analysis/derivatives.hpp"
#include "analysis/draw.hpp"
#include "analysis/newton.hpp"
#include "analysis/trial.hpp"

namespace graph_runner {

namespace {

constexpr std::int64_t most_entries = 500;

class Search {
 public:
  Search(const Graph& graph, const CriticalRequest& request)
      : graph_(graph),
        request_(request),
        stream_(request.seed, "critical", graph.values()[request.by].name),
        sizes_(draw()),
        derivatives_(graph, sizes_),
        function_(derivatives_, request.of, request.by) {
    result_.of = graph.values()[request.of].name;
    result_.by = graph.values()[request.by].name;
    result_.shape = derivatives_.shape(request.by);
    result_.sizes = sizes_;
    if (entries_of(result_.shape) > most_entries)
      throw Error(Exit::bad_request, fmt::format("'{}' has {} entries; its Hessian is sought up to {}",
                                                 result_.by, entries_of(result_.shape), most_entries));
    set_others();
  }

  CriticalResult run(Stop stop) {
    const std::vector<std::vector<double>> randoms = random_points();
    std::vector<std::vector<double>> all = randoms;
    for (const auto* given : {&request_.near, &request_.point})
      if (*given) all.push_back(**given);
    function_.choose_scale(all);
    const bool everywhere = domains_of(graph_, request_.by, sizes_).empty();
    if (auto found = find_constant_gradient(function_, randoms, everywhere, stream_)) {
      result_.constant_gradient = std::move(found->gradient);
      result_.looked_to = found->looked_to;
    }
    std::vector<std::vector<double>> starts;
    const bool none = request_.kind == CriticalKind::none;
    if (request_.near) starts.push_back(*request_.near);
    if (!request_.near && request_.point) starts.push_back(*request_.point);
    if (!request_.near || none) starts.insert(starts.end(), randoms.begin(), randoms.end());
    if (result_.constant_gradient) {
      const bool zero = largest(*result_.constant_gradient) == 0;
      const std::vector<double> start = request_.point ? *request_.point : starts[0];
      starts.assign(zero ? 1 : 0, start);
    }
    result_.starts = static_cast<int>(starts.size());
    if (request_.point && !stop.asked()) from_point_ = newton(function_, *request_.point);
    std::size_t tried = 0;
    for (; tried < starts.size() && !stop.asked(); ++tried) try_start(starts[tried]);
    result_.stopped = tried < starts.size();
    if (request_.near && request_.point && !result_.stopped) prefer_point();
    const auto key = [](const CriticalPoint& p) {  // the same whatever the last digits are
      std::vector<double> rounded;
      for (const double x : p.point) rounded.push_back(std::round(x * 1e5));
      return rounded;
    };
    std::sort(result_.points.begin(), result_.points.end(),
              [&](const CriticalPoint& a, const CriticalPoint& b) { return key(a) < key(b); });
    if (result_.stopped)
      result_.verdict = fmt::format("stopped after {} of {} starts", tried, starts.size());
    else
      judge();
    return std::move(result_);
  }

 private:
  SizeValues draw() {
    SizeValues sizes = draw_sizes(graph_, stream_, SizeDraw::unequal);
    for (const auto& [name, size] : request_.sizes) sizes[name] = size;
    return sizes;
  }

  // Every value that f reads, but x.
  void set_others() {
    Parameters parameters(graph_, sizes_, ScalarType::float64);
    parameters.initialise(graph_, sizes_, request_.seed);
    const std::vector<bool> reads = graph_.reaching({request_.of});
    for (const ValueId v : graph_.parameters())
      if (v != request_.by) derivatives_.set(v, read(parameters.tensor(v)));
    for (const ValueId v : graph_.inputs()) {
      if (v == request_.by || !reads[v]) continue;
      const Shape& shape = derivatives_.shape(v);
      std::vector<double> entries(static_cast<std::size_t>(entries_of(shape)));
      Stream stream(request_.seed, "critical", graph_.values()[v].name);
      draw_value(graph_, v, sizes_, shape, stream, EntryDraw::smooth, entries);
      derivatives_.set(v, entries);
      if (graph_.values()[v].given.empty()) result_.drawn.push_back(graph_.values()[v].name);
    }
  }

  std::vector<std::vector<double>> random_points() {
    std::vector<std::vector<double>> points(random_starts);
    for (std::vector<double>& p : points) {
      p.resize(static_cast<std::size_t>(entries_of(result_.shape)));
      draw_entries(domains_of(graph_, request_.by, sizes_), result_.shape, stream_, EntryDraw::smooth, p);
    }
    return points;
  }

  void try_start(const std::vector<double>& start) {
    const bool everywhere_zero = result_.constant_gradient.has_value();
    if (!std::isfinite(function_.value(view(start)))) {
      failure_ = fmt::format("{} is not finite at {}", result_.of, show(start));
      return;
    }
    const NewtonLimit limit = everywhere_zero
                                  ? NewtonLimit{start, std::vector<double>(start.size()), 0, true, ""}
                                  : newton(function_, start);
    if (!limit.critical) {
      failure_ = !std::isfinite(limit.gradient_norm)
                     ? fmt::format("the gradient at {} is not finite", show(limit.x))
                     : fmt::format("Newton's method from {} finds none: it stops at {}, {}", show(start),
                                   show(limit.x), limit.why);
      return;
    }
    CriticalPoint found = classify(function_, limit);
    const std::string outside = outside_range(found);
    if (!outside.empty() || !std::isfinite(found.value)) {
      failure_ = fmt::format("the gradient is zero at {}, {}", show(limit.x),
                             outside.empty() ? "where " + result_.of + " is not finite" : outside);
      aside_ = outside.empty() ? "" : "; " + failure_;
      return;
    }
    const auto at_found = [&](const CriticalPoint& p) { return same_limit(p, found.point, found.error); };
    if (std::none_of(result_.points.begin(), result_.points.end(), at_found))
      result_.points.push_back(std::move(found));
  }

  // Why a point is none of those that x may be, or "".
  std::string outside_range(const CriticalPoint& p) const {
    for (const Domain& d : domains_of(graph_, request_.by, sizes_)) {
      if (d.kind != GR_RANGE && d.kind != GR_POSITIVE && d.kind != GR_NONNEGATIVE) continue;
      std::vector<double> inner = p.point;  // at an end, to what its errors are
      const double lower = d.kind == GR_RANGE ? d.lower : 0, upper = d.kind == GR_RANGE ? d.upper : INFINITY;
      for (std::size_t i = 0; i < inner.size(); ++i)
        if (const double end = std::clamp(inner[i], lower, upper);
            std::abs(end - inner[i]) <= 1e-9 * std::max(1.0, std::abs(end)) && d.kind != GR_POSITIVE)
          inner[i] = end;
      if (const std::string wrong = d.outside(inner, inner.size()); !wrong.empty())
        return fmt::format("which does not count: {}", d.because);
    }
    return "";
  }

  // Where the Hessian is singular, limits are known to fewer digits, and critical points may not be isolated:
  // then a limit beside `point` is `point`, if that is critical itself.
  void prefer_point() {
    NewtonLimit limit = *from_point_;
    if (!limit.critical || !same(limit.x, *request_.point, 1e-6)) return;
    limit.x = *request_.point;
    CriticalPoint given = classify(function_, limit);
    if (given.kind != CriticalKind::inconclusive) return;
    for (CriticalPoint& p : result_.points)
      if (same(p.point, given.point, 1e-3)) return std::swap(p, given);
  }

  // ---- what is made of it

  std::string show(const std::vector<double>& x) const { return show_point(x, result_.shape); }

  bool meets_point(const CriticalPoint& p) const {
    if (!request_.point) return true;
    return same(p.point, *request_.point, 1e-6) &&
           (p.kind == CriticalKind::inconclusive ||
            (from_point_->critical && same_limit(p, from_point_->x, from_point_->error)));
  }

  std::string description(const CriticalPoint& p) const {
    return !p.told ? fmt::format("a point whose kind cannot be told at {}", show(p.point))
           : p.kind == CriticalKind::inconclusive
               ? fmt::format("inconclusive at {}", show(p.point))
               : fmt::format("a {} at {}", critical_kinds[int(p.kind)], show(p.point));
  }

  void judge() {
    const bool constant = result_.constant_gradient && largest(*result_.constant_gradient) != 0;
    const std::string no_point =
        constant ? fmt::format(
                       "there is none{}: the gradient is the constant {}",
                       result_.looked_to > 0 && result_.looked_to < 1e150
                           ? fmt::format(" up to {:.0e}, beyond which roundings hide it", result_.looked_to)
                           : "",
                       show_point(*result_.constant_gradient, result_.shape, 0))
        : result_.starts == 1
            ? failure_
            : fmt::format("none found from {} starts, which does not prove that there is none{}",
                          result_.starts, aside_);
    if (request_.kind == CriticalKind::none) {
      result_.holds = constant;
      result_.verdict = result_.points.empty() ? no_point
                        : result_.constant_gradient
                            ? "expected none, but the gradient is zero everywhere: every point is critical"
                            : "expected none, found " + description(result_.points[0]);
      return;
    }
    if (result_.points.empty()) {
      // A question without an expectation is answered by a proof that there is none.
      result_.holds = constant && !request_.kind && !request_.point;
      result_.verdict = result_.holds ? no_point : expectation() + no_point;
      return;
    }
    const auto& points = result_.points;
    if (!request_.point && !request_.kind) {
      result_.holds = true;
      result_.verdict =
          points.size() == 1 ? description(points[0]) : fmt::format("{} critical points", points.size());
      return;
    }
    for (std::size_t i = 0; i < points.size() && !result_.match; ++i)
      if (meets_point(points[i]) && (!request_.kind || (points[i].told && points[i].kind == *request_.kind)))
        result_.match = i;
    result_.holds = result_.match.has_value();
    result_.verdict =
        result_.holds ? description(points[*result_.match]) + ", as expected" : expectation() + found();
  }

  // What was found instead: the point expected, of another kind, or else the nearest; or all.
  std::string found() const {
    std::vector<const CriticalPoint*> points;
    for (const CriticalPoint& p : result_.points) points.push_back(&p);
    const auto distance = [&](const CriticalPoint* p) {
      double sum = 0;
      for (std::size_t i = 0; request_.point && i < p->point.size(); ++i)
        sum += (p->point[i] - (*request_.point)[i]) * (p->point[i] - (*request_.point)[i]);
      return sum;
    };
    std::stable_sort(points.begin(), points.end(),
                     [&](auto* a, auto* b) { return distance(a) < distance(b); });
    const std::size_t shown = std::min<std::size_t>(points.size(), request_.point ? 1 : 4);
    const bool only = request_.point && meets_point(*points[0]);
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < shown; ++i) texts.push_back(description(*points[i]));
    return fmt::format("found {}{}", fmt::join(texts, ", "),
                       only || shown == points.size() ? ""
                       : request_.point               ? fmt::format(", the nearest of {}", points.size())
                                                      : fmt::format(" and {} more", points.size() - shown));
  }

  std::string expectation() const {
    if (!request_.kind && !request_.point) return "";
    const std::string kind = !request_.kind ? "a critical point"
                             : request_.kind == CriticalKind::inconclusive
                                 ? "an inconclusive point"
                                 : fmt::format("a {}", critical_kinds[int(*request_.kind)]);
    return fmt::format("expected {}{}, ", kind, request_.point ? " at " + show(*request_.point) : "");
  }

  const Graph& graph_;
  const CriticalRequest& request_;
  Stream stream_;
  SizeValues sizes_;
  Derivatives derivatives_;
  CriticalFunction function_;
  CriticalResult result_;
  std::optional<NewtonLimit> from_point_;  // from the point that is expected
  std::string failure_;                    // of the last start from which Newton's method leads nowhere
  std::string aside_;                      // of the last limit outside the range of x
};

}  // namespace

std::string show_point(const std::vector<double>& entries, const Shape& shape, double rounding) {
  rounding *= largest(entries);
  const std::size_t columns = shape.size() == 2 ? static_cast<std::size_t>(shape[1]) : entries.size();
  std::string out;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    out += i == 0 ? "" : i % columns ? ", " : "; ";
    if (i == 12) return fmt::format("[{}…]", out);
    out += fmt::format("{:.6g}", std::abs(entries[i]) <= rounding ? 0 : entries[i]);
  }
  return shape.empty() ? out : fmt::format("[{}]", out);
}

CriticalResult find_critical(const Graph& graph, const CriticalRequest& request, Stop stop) {
  try {
    return Search(graph, request).run(stop);
  } catch (const Error& e) {
    std::vector<Problem> problems = e.problems();
    for (Problem& p : problems)
      if (!p.place.source) p.place = request.place;
    throw Error(e.exit(), std::move(problems));
  }
}

}  // namespace graph_runner
