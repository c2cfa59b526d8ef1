#include "conformance/plugin_check.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>
#include <set>

#include "conformance/checks.hpp"
#include "core/error.hpp"
#include "core/shared_object.hpp"

namespace graph_runner {

namespace {

#ifdef __SANITIZE_ADDRESS__
constexpr double slowness = 10;
#else
constexpr double slowness = 1;
#endif

PluginCheck file_check(const std::filesystem::path& file, SharedObject& contents) {
  PluginCheck row{.name = "file"};
  try {
    contents = read_shared_object(file);
    row.detail = fmt::format("{} bytes, {}", contents.bytes,
                             !contents.needs           ? "does not say which instruction sets it needs"
                             : contents.needs->empty() ? "for any processor of this platform"
                                                       : "needs " + *contents.needs);
    if (const std::string lacking = lacking_instructions(contents.needs.value_or("")); !lacking.empty())
      row.findings.push_back(fmt::format("needs '{}', which this processor lacks", lacking));
  } catch (const Error& e) {
    if (e.exit() == Exit::file_failed) throw;
    row.findings.push_back(e.what());
  }
  return row;
}

// Another library of the process may define what a plugin exports beyond its entry; one of the two is then
// used by both.
PluginCheck symbols_check(const SharedObject& contents) {
  PluginCheck row{.name = "symbols", .detail = "exports its entry, and nothing that could clash"};
  if (!contents.exports(GR_ENTRY)) row.findings.push_back("does not export '" GR_ENTRY "'");
  const std::set<std::string> expected{GR_ENTRY, GR_NEEDS, "_init", "_fini", "_edata", "_end", "__bss_start"};
  std::vector<std::string> unique, others;
  for (const SharedObject::Symbol& s : contents.exported)
    if (!expected.count(s.name)) (s.unique ? unique : others).push_back(s.name);
  const auto add = [&](std::vector<std::string>& names, const char* what, const char* remedy) {
    if (names.empty()) return;
    const std::size_t count = names.size();
    if (count > 3) names.resize(3);
    row.findings.push_back(fmt::format("{} {}{}: {}", what, fmt::join(names, ", "),
                                       count > 3 ? fmt::format(" and {} more", count - 3) : "", remedy));
  };
  add(unique, "shares with every plugin that has one of this name:", "build it with -fno-gnu-unique");
  add(others, "exports more than its entry:",
      "build it with -fvisibility=hidden and the version script of the SDK (graph_runner_add_node does)");
  return row;
}

// A message of the registry, which names the file, where the file is known.
std::string without_file(const std::string& message, const std::filesystem::path& file) {
  const std::string prefix = fmt::format("plugin {}: ", file.string());
  return message.rfind(prefix, 0) == 0 ? message.substr(prefix.size()) : message;
}

// How a check ended.
struct Ending {
  bool timed_out = false, stopped = false;
};

PluginCheck child_check(const char* name, ChildLimits limits, Stop stop, Ending& ending,
                        const std::function<void(ChildReport&)>& body) {
  PluginCheck row{.name = name};
  limits.processor_seconds *= slowness;
  limits.seconds *= slowness;
  ChildOutcome outcome = run_in_child(limits, body, stop);
  row.findings = std::move(outcome.wrong);
  row.detail = std::move(outcome.detail);
  if (outcome.not_checked) row.verdict = Verdict::not_checked;
  if (!outcome.failure.empty()) row.findings.push_back(outcome.failure);
  ending = {outcome.timed_out, outcome.stopped};
  return row;
}

// Whether what follows a check makes sense where it has failed.
enum class AfterFailure { stop, go_on };

}  // namespace

bool PluginReport::ok() const { return count(Verdict::wrong) == 0 && !stopped; }

std::size_t PluginReport::count(Verdict verdict) const {
  return static_cast<std::size_t>(std::count_if(checks.begin(), checks.end(),
                                                [&](const PluginCheck& c) { return c.verdict == verdict; }));
}

PluginReport check_plugin(const std::filesystem::path& file, std::uint64_t seed, Stop stop) {
  PluginReport report{.file = std::filesystem::absolute(file)};
  const std::filesystem::path& path = report.file;
  const auto add = [&](const char* name, AfterFailure after,
                       const std::function<PluginCheck(Ending&)>& check) {
    if (!report.last.empty() || report.stopped) return;
    Ending ending{.stopped = stop.asked()};
    PluginCheck row = ending.stopped ? PluginCheck{} : check(ending);
    if (report.stopped = ending.stopped; report.stopped) return;
    for (std::string& f : row.findings) f = without_file(f, path);
    row.findings.erase(std::unique(row.findings.begin(), row.findings.end()), row.findings.end());
    if (!row.findings.empty()) {
      row.verdict = Verdict::wrong;
      row.detail.clear();
      if (after == AfterFailure::stop || ending.timed_out) report.last = name;
    }
    report.checks.push_back(std::move(row));
  };
  const auto in_child = [&](const char* name, AfterFailure after,
                            const std::function<void(ChildReport&)>& body, const ChildLimits& limits = {}) {
    add(name, after, [&](Ending& ending) { return child_check(name, limits, stop, ending, body); });
  };
  const auto on_candidate = [&](const char* name, const std::function<void(Candidate&)>& body,
                                const ChildLimits& limits = {}) {
    const auto with_candidate = [&](ChildReport& r) {
      Candidate candidate(path, seed, r);
      body(candidate);
    };
    in_child(name, AfterFailure::go_on, with_candidate, limits);
  };

  SharedObject contents;
  add("file", AfterFailure::stop, [&](Ending&) { return file_check(path, contents); });
  add("symbols", contents.exports(GR_ENTRY) ? AfterFailure::go_on : AfterFailure::stop,
      [&](Ending&) { return symbols_check(contents); });
  add("loading", AfterFailure::stop, [&](Ending& ending) {
    ChildLimits limits;
    limits.processor_seconds = 3;
    limits.seconds = 10;
    PluginCheck row;
    for (int attempt = 0; attempt < 3; ++attempt) {  // it may look slow where the machine is busy
      row = child_check("loading", limits, stop, ending, [&](ChildReport& r) { check_loading(path, r); });
      if (row.findings.empty() || ending.timed_out || ending.stopped) break;
    }
    return row;
  });
  in_child("table", AfterFailure::stop, [&](ChildReport& r) { check_table(path, r); });
  on_candidate("attributes", check_attributes);
  on_candidate("shapes", check_shapes);
  on_candidate("memory", check_memory);
  on_candidate("results", check_results);
  on_candidate("threads", check_threads);
  on_candidate("leaks", check_leaks);
  in_child("surroundings", AfterFailure::go_on, [&](ChildReport& r) { check_surroundings(path, seed, r); });
  ChildLimits long_ones;
  long_ones.processor_seconds = long_ones.seconds = 60;
  on_candidate(
      "gradients", [&](Candidate& c) { check_gradients(c, seed); }, long_ones);
  return report;
}

}  // namespace graph_runner
