// Whether a plugin may be trusted: all that abi.h asks of it, tried before any graph uses it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/stop.hpp"

namespace graph_runner {

enum class Verdict { ok, wrong, not_checked };

// One row of the report.
struct PluginCheck {
  std::string name = "";  // "memory"
  Verdict verdict = Verdict::ok;
  std::string detail = "";                 // what was tried, or why it was not
  std::vector<std::string> findings = {};  // what is wrong
};

struct PluginReport {
  std::filesystem::path file;
  std::vector<PluginCheck> checks = {};  // those that were made
  std::string last = "";                 // the check after which none were made, or ""
  bool stopped = false;                  // whether that is so because it was to stop
  bool ok() const;
  std::size_t count(Verdict verdict) const;
};

// Checks a plugin file, in this order: `file` (read as data), `symbols`, `loading`, `table`, `attributes`,
// `shapes`, `memory`, `results`, `threads`, `leaks`, `surroundings` and `gradients` (check_type). From
// `loading` on each runs in a child process with limits of time and memory (child.hpp), so that the plugin
// cannot take this program down; where loading or the table fails, or a check hangs, those after it are not
// made. Draws follow the seed. Where it is to stop, the check in hand counts as not made. Throws Error
// (file_failed) where the file cannot be read, (run_failed) where no child process can be made. Costs half a
// second to a few seconds.
PluginReport check_plugin(const std::filesystem::path& file, std::uint64_t seed, Stop stop = {});

}  // namespace graph_runner
