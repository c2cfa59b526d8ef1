// What a user sees of critical points: each with its eigenvalues and where the gradient leads beside it, and
// whether it is what the file expects.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <tuple>

#include "tools/interruption.hpp"
#include "tools/run_task.hpp"
#include "tools/terminal.hpp"

namespace graph_runner::cli {

namespace {

constexpr std::size_t most_rows = 16;  // of points and of directions

const char* word(Leads leads) {
  return leads == Leads::away ? "away" : leads == Leads::towards ? "towards" : "neither";
}

std::string text(const CriticalDirection& d) {
  if (d.ahead != d.behind) {
    const auto side = [](Leads leads) {
      return leads == Leads::away      ? "away from the point"
             : leads == Leads::towards ? "towards the point"
                                       : "neither way";
    };
    return fmt::format("{} on one side, {} on the other", side(d.ahead), side(d.behind));
  }
  return d.ahead == Leads::away      ? "away from the point"
         : d.ahead == Leads::towards ? "towards the point"
                                     : "neither away nor towards";
}

std::string eigenvalue(double x) { return fmt::format("{:.6g}", x); }

std::string eigenvalues(const CriticalPoint& p) {
  std::vector<std::string> all;
  for (const CriticalDirection& d : p.directions) all.push_back(eigenvalue(d.eigenvalue));
  const bool cut = all.size() > 8;
  all.resize(std::min<std::size_t>(all.size(), 8));
  return fmt::format("{}{}", fmt::join(all, ", "), cut ? ", …" : "");
}

std::string reason(const CriticalPoint& p) {
  if (!p.told) return "cannot be told: the second derivatives change within the rounding of the point";
  const std::string kind = critical_kinds[static_cast<int>(p.kind)];
  if (p.kind == CriticalKind::minimum) return kind + ": every eigenvalue is positive";
  if (p.kind == CriticalKind::maximum) return kind + ": every eigenvalue is negative";
  if (p.kind == CriticalKind::saddle) return kind + ": there are eigenvalues of both signs";
  const auto zeros = std::count_if(p.directions.begin(), p.directions.end(),
                                   [](const CriticalDirection& d) { return d.eigenvalue == 0; });
  return fmt::format("{}: {} of {} eigenvalues {} zero", kind, zeros, p.directions.size(),
                     zeros == 1 ? "is" : "are");
}

void print_point(const CriticalPoint& p, const CriticalResult& r) {
  fmt::print("{}", table({{"point", show_point(p.point, r.shape)},
                          {"value", fmt::format("{:.6g}", p.value + 0.0)},
                          {"|gradient|", fmt::format("{:.1e}", p.gradient_norm)},
                          {"kind", reason(p)}},
                         "ll"));
  std::vector<std::vector<std::string>> rows{{"eigenvalue", "eigenvector", "the gradient beside leads"}};
  const std::size_t shown = std::min(most_rows, p.directions.size());
  for (std::size_t i = 0; i < shown; ++i) {
    const CriticalDirection& d = p.directions[i];
    rows.push_back({eigenvalue(d.eigenvalue), show_point(d.vector, r.shape), text(d)});
  }
  fmt::print("\n{}", table(rows, "rll"));
  if (shown < p.directions.size()) fmt::print("  … {} more\n", p.directions.size() - shown);
}

void print_points(const CriticalResult& r) {
  std::vector<std::vector<std::string>> rows{{"point", "value", "|gradient|", "kind", "eigenvalues"}};
  const std::size_t shown = std::min(most_rows, r.points.size());
  for (std::size_t i = 0; i < shown; ++i) {
    const CriticalPoint& p = r.points[i];
    rows.push_back({show_point(p.point, r.shape), fmt::format("{:.6g}", p.value + 0.0),
                    fmt::format("{:.1e}", p.gradient_norm), critical_kinds[static_cast<int>(p.kind)],
                    eigenvalues(p)});
  }
  fmt::print("{}", table(rows, "lrrll"));
  if (shown < r.points.size()) fmt::print("  … {} more\n", r.points.size() - shown);
}

const char* verdict_word(const CriticalResult& r) {
  return r.holds ? "holds" : r.stopped ? "not judged" : "NOT MET";
}

void print(const CriticalSpec& spec, const CriticalResult& r) {
  const std::string starts = fmt::format("{} random starts", random_starts);
  std::string from = spec.point ? "the point and " + starts : starts;
  if (spec.near) from = show_point(spec.near->entries, r.shape) + (r.starts > 1 ? " and " + starts : "");
  say("critical points of {} by {}{}{}\n\n", r.of, r.by, r.constant_gradient ? "" : ", from " + from,
      r.drawn.empty() ? "" : fmt::format(", at random {}", fmt::join(r.drawn, ", ")));
  // What an answer is about is shown in full; the rest is a list.
  const std::size_t at = r.match.value_or(0);
  const bool one = r.points.size() == 1 || r.match;
  if (r.points.size() > 1) print_points(r);
  if (one) fmt::print("{}", r.points.size() > 1 ? "\n" : "");
  if (one) print_point(r.points[at], r);
  say("{}{}: {}\n", r.points.empty() ? "  " : "\n  ", verdict_word(r), r.verdict);
}

Json point_json(const CriticalPoint& p) {
  Json directions = Json::array();
  for (const CriticalDirection& d : p.directions)
    directions.push_back({{"eigenvalue", d.eigenvalue},
                          {"eigenvector", d.vector},
                          {"ahead", word(d.ahead)},
                          {"behind", word(d.behind)}});
  return {{"point", p.point},
          {"value", p.value},
          {"gradient_norm", p.gradient_norm},
          {"kind", critical_kinds[static_cast<int>(p.kind)]},
          {"told", p.told},
          {"directions", directions}};
}

Json event_of(const GraphFile& file, const CriticalSpec& spec, const CriticalResult& r) {
  Json points = Json::array();
  for (const CriticalPoint& p : r.points) points.push_back(point_json(p));
  Json event{{"event", "critical"}, {"file", file.path}, {"line", spec.place.line}, {"of", r.of},
             {"by", r.by},          {"shape", r.shape},  {"starts", r.starts},      {"points", points}};
  if (r.constant_gradient) event["constant_gradient"] = *r.constant_gradient;
  if (r.match) event["match"] = *r.match;
  if (r.stopped) event["stopped"] = true;
  event["holds"] = r.holds;
  event["verdict"] = r.verdict;
  return event;
}

}  // namespace

// graph-runner FILE with `critical:`: looks for the critical points that the file asks for and prints them;
// with --quiet, the verdicts alone. 1 where they are not all as the file expects.
int run_critical(RunJob& job) {
  const auto& [file, graph, common] = std::tie(job.file, job.graph, job.options.common);
  const bool quiet = job.options.common.quiet, alone = !file.train && job.claims.empty();
  if (!common.json && !quiet) fmt::print("{}\n", alone ? file.path + "\n" : "");
  bool all = true;
  std::size_t unjudged = 0;
  std::vector<CriticalRequest> requests = job.critical;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    if (file.train) requests[i].seed = file.train->seed;
    const CriticalSpec& spec = file.critical[i];
    const CriticalResult r = find_critical(graph, requests[i], stop());
    all = all && r.holds;
    unjudged += r.stopped;
    if (wants_events(common)) emit(common, event_of(file, spec, r));
    if (common.json) continue;
    if (quiet)
      say("{}critical points of {} by {}: {}: {}\n", verdict_of(common, file.path), r.of, r.by,
          verdict_word(r), r.verdict);
    else
      fmt::print("{}", i ? "\n" : ""), print(spec, r);
  }
  if (unjudged)
    return say_interrupted(
        common, fmt::format(": {} of {} questions of critical points not judged", unjudged, requests.size()),
        {{"not_judged", unjudged}});
  return static_cast<int>(all ? Exit::ok : Exit::refuted);
}

}  // namespace graph_runner::cli
