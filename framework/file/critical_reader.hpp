// The section `critical:` of a graph file.
#pragma once

#include <vector>

#include "analysis/critical.hpp"
#include "yaml/document.hpp"

namespace graph_runner {

// Reads a list of {of, by, near, point, kind}; what an entry lacks or has wrong is reported.
void read_critical(const Yaml& yaml, std::vector<CriticalSpec>& critical, Problems& problems);

// What the entries ask of a graph. Throws Error (bad_request), all problems at once: names that are not
// there, an f that is no scalar or does not depend on x, points of another shape than x.
std::vector<CriticalRequest> critical_requests(const Graph& graph, const std::vector<CriticalSpec>& critical);

}  // namespace graph_runner
