// graph-inspect --check: what the conformance checks of plugins found, as tables or as JSON.
#include <fmt/format.h>

#include "conformance/plugin_check.hpp"
#include "tools/inspect_mode.hpp"
#include "tools/interruption.hpp"
#include "tools/terminal.hpp"

namespace graph_runner::cli {

namespace {

const char* word(Verdict verdict) {
  return verdict == Verdict::ok ? "ok" : verdict == Verdict::wrong ? "WRONG" : "-";
}

void print_table(const PluginReport& report, const Common& common) {
  const bool quiet = common.quiet;
  const std::size_t wrong = report.count(Verdict::wrong), skipped = report.count(Verdict::not_checked);
  if (!quiet) fmt::print("{}\n\n", report.file.string());
  Rows rows;
  if (!quiet) rows.push_back({"check", "verdict", ""});
  for (const PluginCheck& c : report.checks) {
    if (c.verdict != Verdict::wrong && !quiet) rows.push_back({c.name, word(c.verdict), c.detail});
    for (std::size_t i = 0; i < c.findings.size(); ++i)
      rows.push_back({i ? "" : c.name, i ? "" : word(c.verdict), c.findings[i]});
  }
  if (!report.last.empty())
    rows.push_back({"", "", fmt::format("checks after '{}' were not made", report.last)});
  if (report.stopped) rows.push_back({"", "", "the other checks were not made"});
  fmt::print("{}{}", table(rows, "lll"), quiet ? "" : "\n");
  fmt::print("{}", verdict_of(common, report.file.string()));
  if (wrong)
    fmt::print("FAILED: {} of {} checks\n", wrong, report.checks.size());
  else if (report.stopped)
    fmt::print("not judged: stopped after {} checks\n", report.checks.size());
  else
    fmt::print("ok: {} checks\n", report.checks.size() - skipped);
}

void print_events(const PluginReport& report) {
  const std::string file = report.file.string();
  for (const PluginCheck& c : report.checks)
    print_json({{"event", "check"},
                {"file", file},
                {"check", c.name},
                {"ok", c.verdict == Verdict::not_checked ? Json() : Json(c.verdict == Verdict::ok)},
                {"detail", c.detail},
                {"findings", c.findings}});
  Json event{{"event", "verdict"},
             {"file", file},
             {"ok", report.ok()},
             {"checked", report.checks.size() - report.count(Verdict::not_checked)}};
  if (report.stopped) event["stopped"] = true;
  print_json(event);
}

}  // namespace

// Checks each plugin file and prints a table of verdicts. Returns the exit code: 1 where one is wrong.
int check_plugins(const InspectRequest& request) {
  const std::vector<std::string>& files = request.arguments;
  Common common = request.common;
  common.several = files.size() > 1;
  std::size_t passed = 0;
  const int code = for_each_file(files, common, [&](const std::string& file) {
    const PluginReport report = check_plugin(file, request.seed, stop());
    common.json ? print_events(report) : print_table(report, common);
    passed += report.ok();
    if (report.stopped) return say_interrupted(common, fmt::format(": {} not judged", file));
    return report.ok() ? 0 : static_cast<int>(Exit::refuted);
  });
  if (files.size() > 1 && !common.json) fmt::print("\n{} of {} plugins pass\n", passed, files.size());
  return code;
}

}  // namespace graph_runner::cli
