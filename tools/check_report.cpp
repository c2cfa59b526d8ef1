#include "tools/check_report.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "analysis/digits.hpp"
#include "analysis/trial.hpp"
#include "tools/summary.hpp"

namespace graph_runner::cli {

namespace {

std::string error_text(const Measure& m) { return m.entries ? fmt::format("{:.1e}", m.worst) : "-"; }

std::string verdict(bool ok, std::int64_t kinks) {
  return fmt::format("{}{}", ok ? "ok" : "WRONG", kinks ? fmt::format(", {} at a kink", grouped(kinks)) : "");
}

std::string verdict(const NodeCheck& n) {
  if (n.ok() && n.entries == 0)
    return n.measures[exact_measure].entries + n.measures[single_measure].entries ? "ok, no gradient"
                                                                                  : "not checked";
  return verdict(n.ok(), n.kinks);
}

void print_finding(const std::string& where, const Finding& f) {
  fmt::print("\n{}: {}", where, f.message);
  if (f.entry) {
    const WrongEntry& e = *f.entry;
    fmt::print("{}\n", e.index.empty() ? "" : fmt::format(" at [{}]", fmt::join(e.index, ", ")));
    const int digits = digits_to_tell(e.backward, e.exact ? *e.exact : e.numeric ? *e.numeric : e.backward);
    const auto number = [digits](double x) { return fmt::format("{:.{}g}", x, digits); };
    std::vector<std::vector<std::string>> rows{{"backward", number(e.backward)}};
    if (e.exact) rows.push_back({"exact", number(*e.exact)});
    if (e.numeric) rows.push_back({"numeric", number(*e.numeric)});
    fmt::print("{}", table(rows, "ll", 4));
  } else {
    fmt::print("\n");
  }
  if (!f.diagnosis.empty()) fmt::print("    diagnosis: {}\n", f.diagnosis);
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

// One event a method; a worst error that is not finite becomes null, as JSON has none.
void print_events(const Json& what, const Measures& measures, bool of_graph,
                  const std::vector<Finding>& findings, std::int64_t kinks) {
  for (std::size_t m = 0; m < measures.size(); ++m) {
    if (of_graph && !measure_rows[m].of_graphs) continue;
    const char* const method = measure_rows[m].name;
    Json event{{"event", "check"}};
    event.update(what);
    bool ok = true;
    for (const Finding& f : findings) ok = ok && f.check != method;
    event.update(
        {{"method", method}, {"entries", measures[m].entries}, {"worst", measures[m].worst}, {"ok", ok}});
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
  print_events({{"node", n.name}, {"type", n.type}}, n.measures, false, n.findings, n.kinks);
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
  for (const std::string& note : notes) fmt::print("note: {}\n", note);
}

}  // namespace

void print_check(const std::string& file, std::uint64_t seed, const GraphCheck& c, double seconds,
                 const Common& common) {
  if (common.json) {
    for (const NodeCheck& n : c.nodes) print_events(n);
    for (const WholeCheck& w : c.whole)
      print_events({{"of", c.objective}, {"by", w.name}}, w.measures, true, w.findings, w.kinks);
    Json event{{"event", "verdict"},   {"file", file},
               {"ok", c.ok()},         {"checked", c.entries()},
               {"points", c.points},   {"redrawn", c.redrawn},
               {"seed", seed},         {"parameters", c.parameters()},
               {"inputs", c.inputs()}, {"worst", c.worst_exact()},
               {"kinks", c.kinks()},   {"seconds", seconds}};
    if (!c.failure.empty()) event["why"] = c.failure;
    return print_json(event);
  }
  fmt::print("{}: {} random points, seed {}\n\n", file, c.points, seed);
  CheckTable nodes({"node", "type", "points", "entries"}, "llrr", false);
  for (const NodeCheck& n : c.nodes)
    nodes.add({n.name, n.type, grouped(n.points), grouped(n.entries)}, n.measures, verdict(n));
  fmt::print("{}", nodes.text(2));
  if (!c.whole.empty()) {
    CheckTable whole({"d " + c.objective + " / d", "entries"}, "lr", true);
    for (const WholeCheck& w : c.whole)
      whole.add({w.name, grouped(w.entries)}, w.measures, verdict(w.findings.empty(), w.kinks));
    fmt::print("\n{}", whole.text(2));
  }
  std::vector<std::string> notes = c.notes;
  for (const NodeCheck& n : c.nodes) notes.insert(notes.end(), n.notes.begin(), n.notes.end());
  if (c.redrawn)
    notes.push_back(fmt::format("{} points were drawn anew: their values were not finite", c.redrawn));
  print_notes(notes);
  std::size_t wrong = 0;
  for (const NodeCheck& n : c.nodes) {
    wrong += !n.ok();
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
    fmt::print("\ngraph: so the gradient of the objective is wrong by {}\n", fmt::join(wrong_too, ", "));
  if (c.ok())
    return fmt::print("\nok: {} parameters and {} input{} checked; worst exact error {:.1e} (bound {:.0e})\n",
                      grouped(c.parameters()), c.inputs(), c.inputs() == 1 ? "" : "s", c.worst_exact(),
                      exact_tolerance);
  if (!c.failure.empty()) return fmt::print("\nFAILED: {}\n", c.failure);
  if (c.entries() == 0) return fmt::print("\nFAILED: not one entry of a gradient was checked\n");
  std::size_t wrong_whole = 0;
  for (const WholeCheck& w : c.whole) wrong_whole += !w.findings.empty();
  fmt::print("\nFAILED: {} of {} nodes, and {} of {} gradients of the graph, are wrong\n", wrong,
             c.nodes.size(), wrong_whole, c.whole.size());
}

void print_checks(const std::vector<NodeCheck>& types, double seconds, const Common& common) {
  std::int64_t entries = 0;
  std::size_t wrong = 0;
  double worst = 0;
  for (const NodeCheck& n : types) {
    entries += n.entries;
    wrong += !n.ok();
    worst = std::max(worst, n.measures[exact_measure].worst);
  }
  if (common.json) {
    for (const NodeCheck& n : types) print_events(n);
    return print_json({{"event", "verdict"},
                       {"ok", wrong == 0 && entries > 0},
                       {"checked", entries},
                       {"worst", worst},
                       {"seconds", seconds}});
  }
  CheckTable rows({"type", "draws", "entries"}, "lrr", false);
  for (const NodeCheck& n : types)
    rows.add({n.type, grouped(n.points), grouped(n.entries)}, n.measures, verdict(n));
  fmt::print("{}", rows.text(0));
  for (const NodeCheck& n : types) {
    print_notes(n.notes);
    for (const Finding& f : n.findings) print_finding(n.type, f);
  }
  if (entries == 0)
    fmt::print("\nFAILED: not one entry of a gradient was checked\n");
  else if (wrong)
    fmt::print("\nFAILED: {} of {} node types {} wrong\n", wrong, types.size(), wrong == 1 ? "is" : "are");
  else
    fmt::print("\nok: {} node type{}, {} entries checked; worst exact error {:.1e} (bound {:.0e})\n",
               types.size(), types.size() == 1 ? "" : "s", grouped(entries), worst, exact_tolerance);
}

}  // namespace graph_runner::cli
