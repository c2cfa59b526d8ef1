// Writes what failed as a graph file that anyone can check again.
#pragma once

#include <string>
#include <vector>

#include "analysis/probe.hpp"

namespace graph_runner {

// A graph file of one node, whose inputs and parameters are inputs with the given entries (by tensor; digits
// enough to read back the same doubles).
std::string case_file(const Subject& subject, const std::vector<std::vector<double>>& point);

}  // namespace graph_runner
