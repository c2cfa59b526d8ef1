// graph-inspect --check: what the conformance checks of plugins found, as tables or as JSON.
#pragma once

#include <string>
#include <vector>

#include "tools/cli.hpp"

namespace graph_runner::cli {

// Checks each plugin file and prints a table of verdicts. Returns the exit code: 1 where one is wrong.
int check_plugins(const std::vector<std::string>& files, std::uint64_t seed, const Common& common);

}  // namespace graph_runner::cli
