// What a user sees of critical points: each with its eigenvalues and where the gradient leads beside it, and
// whether it is what the file expects.
#pragma once

#include "file/graph_file.hpp"
#include "tools/cli.hpp"

namespace graph_runner::cli {

// Looks for the critical points that the file asks for and prints them; with `quiet`, the verdicts alone.
// Returns whether all are as the file expects.
bool run_critical(const GraphFile& file, const BuiltGraph& built, bool quiet, const Common& common);

}  // namespace graph_runner::cli
