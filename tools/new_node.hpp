// graph-inspect --new NAME: a folder with a node type to start from, its CMakeLists.txt and a network that
// trains with it.
#pragma once

#include "tools/cli.hpp"

namespace graph_runner::cli {

// Writes the folder NAME in the current one, whole or not at all, and prints the commands that build, check
// and run it. Throws Error: bad_request for a name that no plugin can have or that a type has already,
// file_failed where the folder exists or cannot be written.
void new_node(const std::string& name, const Registry& registry, const Common& common);

}  // namespace graph_runner::cli
