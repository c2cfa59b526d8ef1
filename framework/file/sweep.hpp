// `sweep:` of a graph file, and --sweep: settings that are tried, each with several values.
#pragma once

#include <string>
#include <vector>

#include "core/error.hpp"
#include "yaml/document.hpp"

namespace graph_runner {

// One setting: a path as --set takes it, and the values.
struct SweepAxis {
  std::string path;
  std::vector<std::string> values;
};

// A map from paths to lists of values.
void read_sweep(const Yaml& yaml, std::vector<SweepAxis>& sweep, Problems& problems);
// "train.optimizer.rate=0.01,0.1": values are separated by commas, those within brackets or quotes apart.
// Throws Error (bad_request).
SweepAxis parse_sweep(const std::string& text);

// Every combination of the values, the last setting changing fastest; each as overrides ("path=value"), one a
// setting. Throws Error (bad_request) where there are more than 1000.
std::vector<std::vector<std::string>> combinations(const std::vector<SweepAxis>& sweep);

}  // namespace graph_runner
