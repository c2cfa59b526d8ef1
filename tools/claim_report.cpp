#include "tools/claim_report.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace graph_runner::cli {

namespace {

const char* verdict_text(const ClaimSpec& claim, const ClaimResult& r) {
  if (r.verdict == ClaimResult::open) return "open";
  if (claim.expected) return r.verdict == ClaimResult::holds ? "holds" : "REFUTED";
  return r.verdict == ClaimResult::holds ? "HOLDS" : "refuted";
}

std::string effort(const ClaimResult& r) {
  std::string text = fmt::format("{} points", r.points);
  if (r.sizes > 1) text += fmt::format(", {} choices of sizes", r.sizes);
  text += fmt::format(", within {:.0e}", r.worst);
  if (r.redrawn) text += fmt::format(", {} drawn anew", r.redrawn);
  return text;
}

void count(const ClaimSpec& claim, const ClaimResult& r, ClaimTally& tally) {
  if (claim.expected) {
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
  if (t.to_refute) text += fmt::format("; {} of {} to be refuted are", t.refuted, t.to_refute);
  return text;
}

ClaimTally print_claims(const std::string& file, const std::vector<ClaimSpec>& claims,
                        const std::vector<ClaimResult>& results, bool hints, bool quiet,
                        const Common& common) {
  ClaimTally tally;
  int width = 0;  // of the claims that hold, so that what stands behind them aligns
  for (const ClaimSpec& claim : claims)
    if (claim.expected) width = std::min(72, std::max(width, characters(claim.text)));
  if (!common.json && !quiet) fmt::print("{}\n\n", file);
  for (std::size_t i = 0; i < claims.size(); ++i) {
    const ClaimSpec& claim = claims[i];
    const ClaimResult& r = results[i];
    count(claim, r, tally);
    if (common.json) {
      Json event{{"event", "claim"},
                 {"file", file},
                 {"line", claim.place.line},
                 {"text", claim.text},
                 {"expected", claim.expected ? "holds" : "refuted"},
                 {"open", claim.open},
                 {"holds", r.verdict == ClaimResult::holds},
                 {"points", r.points},
                 {"sizes", r.sizes},
                 {"redrawn", r.redrawn},
                 {"worst", r.worst}};
      if (hints) event.update({{"where", r.where}, {"diagnosis", r.diagnosis}});
      print_json(event);
      continue;
    }
    if (quiet && r.ok(claim)) continue;
    const bool shows_effort = !quiet && r.verdict == ClaimResult::holds && claim.expected;
    const auto gap = static_cast<std::size_t>(std::max(0, width - characters(claim.text)));
    fmt::print("  {:<8} {}{}\n", verdict_text(claim, r), claim.text,
               shows_effort ? std::string(gap + 2, ' ') + effort(r) : "");
    if (quiet) continue;
    const bool explain = hints && r.verdict == ClaimResult::refuted;
    if (explain && !r.where.empty()) fmt::print("           {}\n", r.where);
    if (explain && !r.diagnosis.empty()) fmt::print("           {}\n", r.diagnosis);
  }
  if (common.json)
    print_json({{"event", "verdict"},
                {"file", file},
                {"ok", tally.ok()},
                {"checked", tally.claims + tally.to_refute},
                {"held", tally.held},
                {"refuted", tally.refuted},
                {"open", tally.open}});
  else
    fmt::print("{}{}\n", quiet ? "" : "\n", tally_text(tally));
  return tally;
}

}  // namespace graph_runner::cli
