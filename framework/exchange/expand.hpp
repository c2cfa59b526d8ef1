// A graph file with its formulas lowered to nodes, as YAML that is itself valid and equal in value.
#pragma once

#include <string>

#include "core/registry.hpp"

namespace graph_runner {

// `name` is what messages call the text. Throws Error, as reading it does.
std::string expand_graph_text(const std::string& text, const std::string& name, Registry& registry);

}  // namespace graph_runner
