#include "tools/claim_report.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

#include "tools/terminal.hpp"

namespace graph_runner::cli {

namespace {

const char* verdict_text(const ClaimSpec& claim, const ClaimResult& r) {
  switch (r.verdict) {
    case ClaimResult::holds:
      return claim.must_hold ? "holds" : "HOLDS";
    case ClaimResult::refuted:
      return claim.must_hold ? "REFUTED" : "refuted";
    case ClaimResult::open:
      return "open";
    case ClaimResult::error:
      return "ERROR";
    case ClaimResult::unjudged:
      return "not judged";
    default:
      return "NEITHER";
  }
}

// "n = 1, 3, 4, 5": for each named size, those at which the claim was tried.
std::string sizes_text(const ClaimSpec& claim, const ClaimResult& r) {
  std::map<std::string, std::set<std::int64_t>> tried;
  for (const SizeValues& sizes : r.sizes)
    for (const auto& [name, size] : sizes)
      if (claim.axes.count(name)) tried[name].insert(size);
  std::string text;
  for (const auto& [name, sizes] : tried) text += fmt::format(", {} = {}", name, fmt::join(sizes, " "));
  return text;
}

std::string effort(const ClaimSpec& claim, const ClaimResult& r) {
  std::string text = fmt::format("{} point{}{}", r.points, r.points == 1 ? "" : "s", sizes_text(claim, r));
  if (r.magnitude >= 10) text += fmt::format(", entries to {:.0e}", r.magnitude);
  if (r.bends) text += fmt::format(", {} bend{}", r.bends, r.bends == 1 ? "" : "s");
  text += fmt::format(", within {:.0e}", r.worst);
  if (r.redrawn) text += fmt::format(", {} drawn anew", r.redrawn);
  return text;
}

void count(const ClaimSpec& claim, const ClaimResult& r, ClaimTally& tally) {
  tally.errors += r.verdict == ClaimResult::error;
  tally.unjudged += r.verdict == ClaimResult::unjudged;
  if (claim.must_hold) {
    ++tally.claims;
    tally.held += r.verdict == ClaimResult::holds;
    tally.open += r.verdict == ClaimResult::open;
  } else {
    ++tally.to_refute;
    tally.refuted += r.verdict == ClaimResult::refuted;
  }
}

}  // namespace

std::string tally_text(const ClaimTally& t) {
  std::string text = fmt::format("{} of {} claims hold", t.held, t.claims);
  if (t.open) text += fmt::format(" ({} open)", t.open);
  if (t.errors) text += fmt::format(" ({} cannot be formed)", t.errors);
  if (t.to_refute) text += fmt::format("; {} of {} to be refuted are", t.refuted, t.to_refute);
  if (t.unjudged) text += fmt::format("; {} not judged", t.unjudged);
  if (t.points) text += "; " + points_text(t.earned, t.points);
  return text;
}

std::string points_text(double earned, double points) {
  return fmt::format("{:.6g} of {:.6g} point{}", earned, points, points == 1 ? "" : "s");
}

Json grade_json(const Question& question, const Grade& grade, bool hints) {
  static constexpr const char* verdicts[] = {"open", "right", "steps", "wrong", "untold"};
  Json json{{"question", question.name},          {"text", question.claim.text},
            {"verdict", verdicts[grade.verdict]}, {"earned", grade.earned},
            {"points", question.terms.points},    {"remark", grade.remark}};
  if (hints) json["diagnosis"] = grade.hint;
  return json;
}

namespace {

// The questions that a claim answers, by number.
std::vector<std::size_t> answered_by(std::size_t claim, const ClaimMarks* marks) {
  std::vector<std::size_t> found;
  for (std::size_t q = 0; marks && q < marks->grades.size(); ++q) {
    const std::vector<std::size_t>& answers = marks->grades[q].answers;
    if (std::find(answers.begin(), answers.end(), claim) != answers.end()) found.push_back(q);
  }
  return found;
}

Json claim_json(const std::string& file, const ClaimSpec& claim, const ClaimResult& r, bool hints) {
  static constexpr const char* verdicts[] = {"holds",  "refuted", "open",      "untold",
                                             "kinked", "error",   "not_judged"};
  Json event{{"event", "claim"},
             {"file", file},
             {"line", claim.place.line},
             {"text", claim.text},
             {"expected", claim.must_hold ? "holds" : "refuted"},
             {"open", claim.open},
             {"holds", r.verdict == ClaimResult::holds},
             {"verdict", verdicts[r.verdict]},
             {"points", r.points},
             {"sizes", r.sizes},
             {"magnitude", r.magnitude},
             {"bends", r.bends},
             {"not_tried", r.not_tried},
             {"redrawn", r.redrawn},
             {"worst", r.worst}};
  if (hints) event.update({{"where", r.where}, {"diagnosis", r.diagnosis}});
  return event;
}

// How far a claim stands behind its verdict, and what is said of it below.
int claim_indent(const std::vector<ClaimResult>& results) {
  const bool all = std::none_of(results.begin(), results.end(),
                                [](const ClaimResult& r) { return r.verdict == ClaimResult::unjudged; });
  return all ? 11 : 13;
}
void say_remark(int indent, const std::string& text) {
  say_text(std::string(static_cast<std::size_t>(indent), ' ') + text + "\n", 2);
}

// The effort stands beside the claim where there is room for it.
void print_claim(const ClaimSpec& claim, const ClaimResult& r, int indent, int width,
                 const ClaimDisplay& display) {
  const auto [hints, quiet] = display;
  const bool shows_effort = !quiet && r.verdict == ClaimResult::holds && claim.must_hold;
  const auto gap = static_cast<std::size_t>(std::max(0, width - display_width(claim.text)));
  const std::string line = fmt::format("  {:<{}}{}", verdict_text(claim, r), indent - 2, claim.text);
  const std::string beside = shows_effort ? std::string(gap + 2, ' ') + effort(claim, r) : "";
  const bool room = display_width(line + beside) <= output_width();
  say_text(line + (room ? beside : "") + "\n", indent - 2);
  if (quiet) return;
  if (shows_effort && !room) say_remark(indent, effort(claim, r));
  const bool explain = r.verdict == ClaimResult::error || r.verdict == ClaimResult::open ||
                       (hints && r.verdict != ClaimResult::holds);
  if (explain && !r.where.empty()) say_remark(indent, r.where);
  if (explain && !r.diagnosis.empty()) say_remark(indent, r.diagnosis);
  for (const std::string& what : r.not_tried) say_remark(indent, "not tried: " + what);
}

// What each question earned, and which claims, by their lines, answer it.
void emit_questions(const std::string& file, const std::vector<ClaimSpec>& claims, const ClaimMarks& marks,
                    bool hints, const Common& common) {
  for (std::size_t q = 0; q < marks.grades.size(); ++q) {
    Json event{{"event", "question"}, {"file", file}};
    event.update(grade_json(marks.questions[q], marks.grades[q], hints));
    event["answered_by"] = Json::array();
    for (const std::size_t i : marks.grades[q].answers) event["answered_by"].push_back(claims[i].place.line);
    emit(common, event);
  }
}

}  // namespace

ClaimTally print_claims(const std::string& file, const std::vector<ClaimSpec>& claims,
                        const std::vector<ClaimResult>& results, const ClaimDisplay& display,
                        const Common& common, const ClaimMarks* marks) {
  const auto [hints, quiet] = display;
  ClaimTally tally;
  std::vector<Problem> problems;
  int width = 0;  // of the claims that hold, so that what stands behind them aligns
  for (const ClaimSpec& claim : claims)
    if (claim.must_hold) width = std::min(72, std::max(width, display_width(claim.text)));
  const int indent = claim_indent(results);
  if (!common.json && !quiet) fmt::print("{}\n\n", file);
  for (std::size_t i = 0; i < claims.size(); ++i) {
    const ClaimResult& r = results[i];
    count(claims[i], r, tally);
    if (r.verdict == ClaimResult::error)
      problems.insert(problems.end(), r.problems.begin(), r.problems.end());
    if (wants_events(common)) emit(common, claim_json(file, claims[i], r, hints));
    if (!common.json && (!quiet || !r.ok(claims[i]))) print_claim(claims[i], r, indent, width, display);
    if (!common.json && !quiet)
      for (const std::size_t q : answered_by(i, marks))
        say_remark(
            indent,
            fmt::format("answers {}: {}{}", marks->questions[q].name,
                        points_text(marks->grades[q].earned, marks->questions[q].terms.points),
                        marks->grades[q].verdict == Grade::steps ? "; " + marks->grades[q].remark : ""));
  }
  for (std::size_t q = 0; marks && q < marks->grades.size(); ++q) {
    tally.earned += marks->grades[q].earned;
    tally.points += marks->questions[q].terms.points;
  }
  if (!problems.empty()) {
    std::fflush(stdout);
    report(Error(Exit::bad_request, std::move(problems)), common);
  }
  if (wants_events(common) && marks) emit_questions(file, claims, *marks, hints, common);
  if (wants_events(common))
    emit(common, {{"event", "verdict"},
                  {"file", file},
                  {"ok", tally.ok()},
                  {"checked", tally.claims + tally.to_refute},
                  {"held", tally.held},
                  {"refuted", tally.refuted},
                  {"open", tally.open},
                  {"errors", tally.errors},
                  {"not_judged", tally.unjudged}});
  if (!common.json) say("{}{}\n", quiet ? verdict_of(common, file) : "\n", tally_text(tally));
  return tally;
}

}  // namespace graph_runner::cli
