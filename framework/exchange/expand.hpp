// A graph file with its formulas and blocks as nodes, as YAML that is itself valid and equal in value: all
// names stay, and so the streams that draw initial values. Where a use of a block is named outside of
// `nodes:`, or nothing reads it, a Copy has its name.
#pragma once

#include <string>

#include "core/registry.hpp"

namespace graph_runner {

// `name` is what messages call the text. Throws Error, as reading it does.
std::string expand_graph_text(const std::string& text, const std::string& name, Registry& registry);

}  // namespace graph_runner
