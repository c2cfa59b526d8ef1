#include "tools/check_report.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "analysis/digits.hpp"
#include "analysis/trial.hpp"
#include "tools/terminal.hpp"

namespace graph_runner::cli {

namespace {

std::string error_text(const Measure& m) { return m.entries ? fmt::format("{:.1e}", m.worst) : "-"; }

std::string verdict(bool ok, std::int64_t kinks) {
  return fmt::format("{}{}", ok ? "ok" : "WRONG", kinks ? fmt::format(", {} at a kink", grouped(kinks)) : "");
}

std::string verdict(const NodeCheck& n) {
  if (n.ok() && n.stopped) return "not judged";
  if (n.ok() && n.entries == 0)
    return n.measures[exact_measure].entries + n.measures[single_measure].entries ? "ok, no gradient"
                                                                                  : "not checked";
  return verdict(n.ok(), n.kinks);
}

void print_finding(const std::string& where, const Finding& f) {
  if (f.entry) {
    const WrongEntry& e = *f.entry;
    say("\n{}: {}{}\n", where, f.message,
        e.index.empty() ? "" : fmt::format(" at [{}]", fmt::join(e.index, ", ")));
    const int digits = digits_to_tell(e.backward, e.exact ? *e.exact : e.numeric ? *e.numeric : e.backward);
    const auto number = [digits](double x) { return fmt::format("{:.{}g}", x, digits); };
    std::vector<std::vector<std::string>> rows{{"backward", number(e.backward)}};
    if (e.exact) rows.push_back({"exact", number(*e.exact)});
    if (e.numeric) rows.push_back({"numeric", number(*e.numeric)});
    fmt::print("{}", table(rows, "ll", 4));
  } else {
    say("\n{}: {}\n", where, f.message);
  }
  if (!f.diagnosis.empty()) say("    diagnosis: {}\n", f.diagnosis);
}

Json finding_json(const Finding& f) {
  Json j{{"check", f.check}, {"message", f.message}, {"diagnosis", f.diagnosis}};
  if (!f.entry) return j;
  j["port"] = f.entry->port;
  j["index"] = f.entry->index;
  j["backward"] = f.entry->backward;
  if (f.entry->exact) j["exact"] = *f.entry->exact;
  if (f.entry->numeric) j["numeric"] = *f.entry->numeric;
  return j;
}

// One event a method; a worst error that is not finite becomes null, as JSON has none, and so does `ok` of
// what was stopped with nothing found.
void print_events(const Json& what, const Measures& measures, bool of_graph,
                  const std::vector<Finding>& findings, std::int64_t kinks, bool stopped) {
  for (std::size_t m = 0; m < measures.size(); ++m) {
    if (of_graph && !measure_rows[m].of_graphs) continue;
    const char* const method = measure_rows[m].name;
    Json event{{"event", "check"}};
    event.update(what);
    bool ok = true;
    for (const Finding& f : findings) ok = ok && f.check != method;
    event.update({{"method", method}, {"entries", measures[m].entries}, {"worst", measures[m].worst}});
    event["ok"] = ok && stopped ? Json() : Json(ok);
    print_json(event);
  }
  for (const Finding& f : findings) {
    Json event{{"event", "finding"}};
    event.update(what);
    event.update(finding_json(f));
    print_json(event);
  }
  if (kinks) {
    Json event{{"event", "kinks"}};
    event.update(what);
    event["entries"] = kinks;
    print_json(event);
  }
}

void print_events(const NodeCheck& n) {
  print_events({{"node", n.name}, {"type", n.type}}, n.measures, false, n.findings, n.kinks, n.stopped);
}

// A table of checks, each with a column a measure.
class CheckTable {
 public:
  CheckTable(std::vector<std::string> heads, std::string sides, bool of_graph)
      : of_graph_(of_graph), sides_(std::move(sides)) {
    for (const MeasureRow& m : measure_rows)
      if (shown(m)) heads.push_back(m.name), sides_ += 'r';
    heads.push_back("verdict");
    sides_ += 'l';
    rows_.push_back(std::move(heads));
  }
  void add(std::vector<std::string> cells, const Measures& measures, std::string verdict) {
    for (std::size_t m = 0; m < measures.size(); ++m)
      if (shown(measure_rows[m])) cells.push_back(error_text(measures[m]));
    cells.push_back(std::move(verdict));
    rows_.push_back(std::move(cells));
  }
  std::string text(int indent) const { return table(rows_, sides_, indent); }

 private:
  bool shown(const MeasureRow& m) const { return !of_graph_ || m.of_graphs; }

  bool of_graph_;
  std::string sides_;
  std::vector<std::vector<std::string>> rows_;
};

void print_notes(const std::vector<std::string>& notes) {
  if (!notes.empty()) fmt::print("\n");
  for (const std::string& note : notes) say("note: {}\n", note);
}

Json verdict_json(const std::string& file, std::uint64_t seed, const GraphCheck& c, double seconds) {
  Json event{{"event", "verdict"},   {"file", file},
             {"ok", c.ok()},         {"checked", c.entries()},
             {"points", c.points},   {"redrawn", c.redrawn},
             {"seed", seed},         {"parameters", c.parameters()},
             {"inputs", c.inputs()}, {"worst", c.worst_exact()},
             {"kinks", c.kinks()},   {"seconds", seconds}};
  if (c.stopped) event["stopped"] = true;
  if (!c.failure.empty()) event["why"] = c.failure;
  return event;
}

std::string whole_verdict(const GraphCheck& c, const WholeCheck& w) {
  return c.stopped && w.findings.empty() ? "not judged" : verdict(w.findings.empty(), w.kinks);
}

void print_tables(const std::string& file, std::uint64_t seed, const GraphCheck& c) {
  say("{}: {} random points, seed {}\n\n", file, c.points, seed);
  CheckTable nodes({"node", "type", "points", "entries"}, "llrr", false);
  for (const NodeCheck& n : c.nodes)
    nodes.add({n.name, n.type, grouped(n.points), grouped(n.entries)}, n.measures, verdict(n));
  fmt::print("{}", nodes.text(2));
  if (!c.whole.empty()) {
    CheckTable whole({"d " + c.objective + " / d", "entries"}, "lr", true);
    for (const WholeCheck& w : c.whole)
      whole.add({w.name, grouped(w.entries)}, w.measures, whole_verdict(c, w));
    fmt::print("\n{}", whole.text(2));
  }
  std::vector<std::string> notes = c.notes;
  for (const NodeCheck& n : c.nodes) notes.insert(notes.end(), n.notes.begin(), n.notes.end());
  if (c.redrawn)
    notes.push_back(fmt::format("{} points were drawn anew: their values were not finite", c.redrawn));
  print_notes(notes);
}

void print_findings(const GraphCheck& c) {
  bool wrong = false;
  for (const NodeCheck& n : c.nodes) {
    wrong = wrong || !n.ok();
    for (const Finding& f : n.findings) print_finding(fmt::format("node '{}' ({})", n.name, n.type), f);
  }
  std::vector<std::string> wrong_too;
  for (const WholeCheck& w : c.whole)
    for (const Finding& f : w.findings)
      if (wrong)
        wrong_too.push_back("'" + w.name + "'");
      else
        print_finding("graph", f);
  if (!wrong_too.empty())
    say("\ngraph: so the gradient of the objective is wrong by {}\n", fmt::join(wrong_too, ", "));
}

std::string verdict_text(const GraphCheck& c) {
  if (c.ok())
    return fmt::format("ok: {} parameters and {} input{} checked; worst exact error {:.1e} (bound {:.0e})",
                       grouped(c.parameters()), c.inputs(), c.inputs() == 1 ? "" : "s", c.worst_exact(),
                       exact_tolerance);
  if (!c.failure.empty()) return "FAILED: " + c.failure;
  const auto wrong = std::count_if(c.nodes.begin(), c.nodes.end(), [](const auto& n) { return !n.ok(); });
  const auto wrong_whole =
      std::count_if(c.whole.begin(), c.whole.end(), [](const auto& w) { return !w.findings.empty(); });
  if (wrong + wrong_whole == 0 && c.stopped) return fmt::format("not judged: stopped at point {}", c.points);
  if (c.entries() == 0) return "FAILED: not one entry of a gradient was checked";
  return fmt::format("FAILED: {} of {} nodes, and {} of {} gradients of the graph, are wrong{}", wrong,
                     c.nodes.size(), wrong_whole, c.whole.size(),
                     c.stopped ? "; the others are not judged" : "");
}

}  // namespace

void print_check(const std::string& file, std::uint64_t seed, const GraphCheck& c, double seconds,
                 const Common& common) {
  if (common.json) {
    for (const NodeCheck& n : c.nodes) print_events(n);
    for (const WholeCheck& w : c.whole)
      print_events({{"of", c.objective}, {"by", w.name}}, w.measures, true, w.findings, w.kinks, c.stopped);
    return print_json(verdict_json(file, seed, c, seconds));
  }
  if (!common.quiet) print_tables(file, seed, c);
  print_findings(c);
  say("{}{}\n", common.quiet ? verdict_of(common, file) : "\n", verdict_text(c));
}

namespace {

struct TypeTally {
  std::int64_t entries = 0;
  std::size_t types = 0, wrong = 0, unjudged = 0;
  double worst = 0;

  explicit TypeTally(const std::vector<NodeCheck>& checks) : types(checks.size()) {
    for (const NodeCheck& n : checks) {
      entries += n.entries;
      wrong += !n.ok();
      unjudged += n.ok() && n.stopped;
      worst = std::max(worst, n.measures[exact_measure].worst);
    }
  }
  bool ok() const { return wrong + unjudged == 0 && entries > 0; }
};

std::string verdict_text(const TypeTally& t) {
  const std::string checked = fmt::format("{} entries checked; worst exact error {:.1e} (bound {:.0e})",
                                          grouped(t.entries), t.worst, exact_tolerance);
  const char* const plural = t.types == 1 ? "" : "s";
  if (t.wrong)
    return fmt::format("FAILED: {} of {} node types {} wrong{}", t.wrong, t.types,
                       t.wrong == 1 ? "is" : "are",
                       t.unjudged ? fmt::format(", and {} not judged", t.unjudged) : "");
  if (t.unjudged)
    return fmt::format("not judged: {} of {} node type{}; {}", t.unjudged, t.types, plural, checked);
  if (t.entries == 0) return "FAILED: not one entry of a gradient was checked";
  return fmt::format("ok: {} node type{}, {}", t.types, plural, checked);
}

}  // namespace

void print_checks(const std::vector<NodeCheck>& types, double seconds, const Common& common) {
  const TypeTally tally(types);
  if (common.json) {
    for (const NodeCheck& n : types) print_events(n);
    Json event{{"event", "verdict"},
               {"ok", tally.ok()},
               {"checked", tally.entries},
               {"worst", tally.worst},
               {"seconds", seconds}};
    if (tally.unjudged) event["not_judged"] = tally.unjudged;
    return print_json(event);
  }
  CheckTable rows({"type", "draws", "entries"}, "lrr", false);
  for (const NodeCheck& n : types)
    rows.add({n.type, grouped(n.points), grouped(n.entries)}, n.measures, verdict(n));
  if (!common.quiet) fmt::print("{}", rows.text(0));
  for (const NodeCheck& n : types) {
    if (!common.quiet) print_notes(n.notes);
    for (const Finding& f : n.findings) print_finding(n.type, f);
  }
  say("{}{}\n", common.quiet ? "" : "\n", verdict_text(tally));
}

}  // namespace graph_runner::cli
