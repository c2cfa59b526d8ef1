#include "analysis/critical.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "analysis/derivatives.hpp"
#include "analysis/draw.hpp"
#include "analysis/newton.hpp"

namespace graph_runner {

namespace {

constexpr std::int64_t most_entries = 500;

double largest(const std::vector<double>& x) {
  double most = 0;
  for (const double e : x) most = std::max(most, std::abs(e));
  return most;
}

bool same(const std::vector<double>& a, const std::vector<double>& b, double tolerance) {
  const double bound = tolerance * std::max(1.0, largest(b));
  for (std::size_t i = 0; i < a.size(); ++i)
    if (!(std::abs(a[i] - b[i]) <= bound)) return false;
  return true;
}

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

  CriticalResult run() {
    const std::vector<std::vector<double>> randoms = random_points();
    find_constant_gradient(randoms);
    std::vector<std::vector<double>> starts;
    const bool none = request_.kind == CriticalKind::none;
    if (request_.near) starts.push_back(*request_.near);
    if (!request_.near && request_.point) starts.push_back(*request_.point);
    if (!request_.near || none) starts.insert(starts.end(), randoms.begin(), randoms.end());
    if (result_.constant_gradient) starts.resize(largest(*result_.constant_gradient) == 0 ? 1 : 0);
    result_.starts = static_cast<int>(starts.size());
    for (const auto& start : starts) try_start(start);
    if (request_.near && request_.point) prefer_point();
    const auto key = [](const CriticalPoint& p) {  // the same whatever the last digits are
      std::vector<double> rounded;
      for (const double x : p.point) rounded.push_back(std::round(x * 1e5));
      return rounded;
    };
    std::sort(result_.points.begin(), result_.points.end(),
              [&](const CriticalPoint& a, const CriticalPoint& b) { return key(a) < key(b); });
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

  // Gradients may agree by chance, as those of |x| do on one side: so the Hessian must vanish as well, and
  // the points lie on all sides, near and, where all reals are allowed, far.
  void find_constant_gradient(const std::vector<std::vector<double>>& points) {
    std::vector<std::vector<double>> places = points;
    if (domains_of(graph_, request_.by, sizes_).empty())
      for (std::vector<double> p : points) {
        for (double& x : p) x *= 1000;
        places.push_back(std::move(p));
      }
    const std::vector<double> first = function_.gradient(points[0]);
    const double bound = 1e-10 * largest(first);
    for (const auto& p : places) {
      const std::vector<double> g = function_.gradient(p);
      for (std::size_t i = 0; i < g.size(); ++i)
        if (!(std::abs(g[i] - first[i]) <= bound)) return;
      for (const double h : function_.hessian(p))
        if (!(std::abs(h) <= bound)) return;
    }
    result_.constant_gradient = first;
  }

  void try_start(const std::vector<double>& start) {
    const bool finite = std::isfinite(function_.value(start));
    const NewtonLimit limit = finite ? newton(function_, start) : NewtonLimit{start, NAN, false};
    CriticalPoint found;
    if (limit.critical) found = classify(function_, limit.x);
    if (!limit.critical || !std::isfinite(found.value)) {
      failure_ = !finite ? fmt::format("{} is not finite at {}", result_.of, show(start))
                 : !std::isfinite(limit.gradient_norm)
                     ? fmt::format("the gradient at {} is not finite", show(limit.x))
                     : fmt::format(
                           "Newton's method from {} finds none: it stops at {}, where the gradient's norm "
                           "is {:.3g}",
                           show(start), show(limit.x), limit.gradient_norm);
      return;
    }
    const auto at_found = [&](const CriticalPoint& p) { return same(p.point, found.point, 1e-6); };
    if (std::none_of(result_.points.begin(), result_.points.end(), at_found))
      result_.points.push_back(std::move(found));
  }

  // Where the Hessian is singular, limits are known to fewer digits, and critical points may not be isolated:
  // then a limit beside `point` is `point`, if that is critical itself.
  void prefer_point() {
    const NewtonLimit limit = newton(function_, *request_.point);
    if (!limit.critical || !same(limit.x, *request_.point, 1e-6)) return;
    CriticalPoint given = classify(function_, *request_.point);
    if (given.kind != CriticalKind::inconclusive) return;
    for (CriticalPoint& p : result_.points)
      if (same(p.point, given.point, 1e-3)) return std::swap(p, given);
  }

  // ---- what is made of it

  std::string show(const std::vector<double>& x) const { return show_point(x, result_.shape); }

  bool meets_point(const CriticalPoint& p) const {
    return !request_.point || same(p.point, *request_.point, 1e-6);
  }

  std::string description(const CriticalPoint& p) const {
    return p.kind == CriticalKind::inconclusive
               ? fmt::format("inconclusive at {}", show(p.point))
               : fmt::format("a {} at {}", critical_kinds[int(p.kind)], show(p.point));
  }

  void judge() {
    const bool constant = result_.constant_gradient && largest(*result_.constant_gradient) != 0;
    const std::string no_point =
        constant
            ? fmt::format("there is none: the gradient is the constant {}", show(*result_.constant_gradient))
        : result_.starts == 1
            ? failure_
            : fmt::format("none found from {} starts, which does not prove that there is none",
                          result_.starts);
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
      if (meets_point(points[i]) && (!request_.kind || points[i].kind == *request_.kind)) result_.match = i;
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
  std::string failure_;  // of the last start from which Newton's method leads nowhere
};

}  // namespace

std::string show_point(const std::vector<double>& entries, const Shape& shape) {
  const double rounding = 1e-12 * std::max(1.0, largest(entries));
  const std::size_t columns = shape.size() == 2 ? static_cast<std::size_t>(shape[1]) : entries.size();
  std::string out;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    out += i == 0 ? "" : i % columns ? ", " : "; ";
    if (i == 12) return fmt::format("[{}…]", out);
    out += fmt::format("{:.6g}", std::abs(entries[i]) <= rounding ? 0 : entries[i]);
  }
  return shape.empty() ? out : fmt::format("[{}]", out);
}

CriticalResult find_critical(const Graph& graph, const CriticalRequest& request) {
  try {
    return Search(graph, request).run();
  } catch (const Error& e) {
    std::vector<Problem> problems = e.problems();
    for (Problem& p : problems)
      if (!p.place.source) p.place = request.place;
    throw Error(e.exit(), std::move(problems));
  }
}

}  // namespace graph_runner
