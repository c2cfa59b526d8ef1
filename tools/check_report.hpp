// What a user sees of gradient checks: a table by node and by parameter, each thing found wrong, and a
// verdict.
#pragma once

#include <string>

#include "analysis/findings.hpp"
#include "tools/cli.hpp"

namespace graph_runner::cli {

void print_check(const std::string& file, std::uint64_t seed, const GraphCheck& check, double seconds,
                 const Common& common);
void print_checks(const std::vector<NodeCheck>& types, double seconds, const Common& common);

}  // namespace graph_runner::cli
